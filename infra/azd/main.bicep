/* What azd deploys: a resource group, and in it what main.bicep makes, at the size of dev. */
targetScope = 'subscription'

@description('Name of the azd environment, which names the resource group.')
param environmentName string

@description('The region.')
param location string

@description('Client id of the registration in Entra ID that stands for the API.')
param apiClientId string

@description('Address that alerts are mailed to.')
param operatorEmail string

@description('First day of the month of the first deployment.')
param budgetStartDate string

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-stockroom-${environmentName}'
  location: location
  // azd finds what it deployed by this tag.
  tags: { 'azd-env-name': environmentName }
}

module stockroom '../main.bicep' = {
  scope: group
  params: {
    environmentName: 'dev'
    location: location
    costCenter: 'engineering'
    operatorEmails: [operatorEmail]
    monthlyBudget: 50
    budgetStartDate: budgetStartDate
    apiClientId: apiClientId
    scale: {
      instanceMemoryMB: 2048
      maximumInstanceCount: 40
      httpConcurrency: 5
      alwaysReady: []
    }
    cosmosMaxThroughput: 0
    highAvailability: false
    blobRecoveryDays: 7
    logRetentionDays: 30
    logDailyQuotaGb: 1
    privateNetwork: false
    cache: false
    mailDataLocation: 'Europe'
  }
}

@description('The resource group, which azd looks for the site in.')
output AZURE_RESOURCE_GROUP string = group.name

@description('Where the application answers.')
output SERVICE_API_ENDPOINT_URL string = stockroom.outputs.baseUrl
