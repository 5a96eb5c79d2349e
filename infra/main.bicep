/* Everything that one environment of Stockroom stands on, in one resource group. The subscription to blob
   events is in events.bicep: it needs the application's code to be there. */
import { AppIdentity, Deployment, deploymentOf, EnvironmentName, Scale } from 'types.bicep'

@description('The environment.')
param environmentName EnvironmentName

@description('Part of every name, lower-case letters only.')
@maxLength(9)
param workload string = 'stockroom'

@description('The region.')
param location string = resourceGroup().location

@description('Who pays for it.')
param costCenter string

@description('Addresses that the daily report is mailed to; with none it is not mailed.')
param reportRecipients string[] = []

@description('Addresses that alerts are mailed to.')
@minLength(1)
param operatorEmails string[]

@description('Money a month after which people are told, in the currency that the subscription is billed in.')
param monthlyBudget int

@description('First day of the month of the first deployment: 2026-01-01. It cannot be changed later.')
param budgetStartDate string

@description('Memory, instances and concurrency of the application.')
param scale Scale

@description('Milliseconds that 95 of 100 requests stay under.')
param latencyTargetMs int = 1000

@description('Request units a second that the database may grow to; 0 for serverless, which cannot be changed later.')
param cosmosMaxThroughput int

@description('Database and storage in three availability zones, and the database restorable for 30 days instead of 7.')
param highAvailability bool

@description('Days that a deleted or overwritten blob can be brought back.')
param blobRecoveryDays int

@description('Days that logs are kept.')
param logRetentionDays int

@description('Gigabytes of logs a day after which ingestion stops until the next day; -1 for no limit.')
param logDailyQuotaGb int

@description('A network of its own, private endpoints, and no public access to storage, database and messages.')
param privateNetwork bool

@description('Addresses of the network, where there is one.')
param networkAddressPrefix string = '10.40.0.0/24'

@description('A cache in front of the database.')
param cache bool

@description('Where mail is kept at rest, as Communication Services names places.')
param mailDataLocation string

@description('A domain of the company to send mail from; empty for one that Azure makes.')
param mailDomain string = ''

@description('Client id of the registration in Entra ID that stands for the API; docs/security.md says how to make it.')
param apiClientId string

@description('Settings that differ from what the application takes unless told, by their names.')
param settingOverrides { *: string } = {}

@description('Settings that the application takes unless told otherwise, made from their declarations.')
var settingDefaults = loadJsonContent('data/settings.json')

@description('Names, place and tags of this deployment.')
var deployment Deployment = deploymentOf(workload, environmentName, resourceGroup().id, {
  location: location
  costCenter: costCenter
})

@description('The identity that the application runs as.')
var identity AppIdentity = identityModule.outputs.identity

@description('Parts of services that get a private endpoint, by the name of the service.')
var privateParts = union(
  { blob: 'blob', queue: 'queue', table: 'table', cosmos: 'Sql', serviceBus: 'namespace', keyVault: 'vault' },
  cache ? { cache: 'redisEnterprise' } : {}
)

@description('Resource ids of what private endpoints lead to.')
var privateServiceIds = {
  blob: storage.outputs.accountId
  queue: storage.outputs.accountId
  table: storage.outputs.accountId
  cosmos: cosmos.outputs.accountId
  serviceBus: serviceBus.outputs.namespaceId
  keyVault: keyVault.outputs.vaultId
  cache: cacheModule.?outputs.clusterId ?? ''
}

@description('The URI that callers ask a token for.')
var apiAudienceUri = 'api://${apiClientId}'

@description('How the application and its host reach each service: where it is, and as whom. No setting is a secret.')
var connections = {
  AZURE_CLIENT_ID: identity.clientId
  ENTRA_ISSUER: '${az.environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
  ENTRA_AUDIENCES: '${apiClientId},${apiAudienceUri}'
  AzureWebJobsStorage__blobServiceUri: storage.outputs.endpoints.blob
  AzureWebJobsStorage__queueServiceUri: storage.outputs.endpoints.queue
  AzureWebJobsStorage__tableServiceUri: storage.outputs.endpoints.table
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identity.clientId
  Cosmos__accountEndpoint: cosmos.outputs.endpoint
  Cosmos__credential: 'managedidentity'
  Cosmos__clientId: identity.clientId
  ServiceBus__fullyQualifiedNamespace: serviceBus.outputs.hostName
  ServiceBus__credential: 'managedidentity'
  ServiceBus__clientId: identity.clientId
  Email__endpoint: mail.outputs.endpoint
  Email__clientId: identity.clientId
  EMAIL_SENDER: mail.outputs.senderAddress
  REPORT_RECIPIENTS: join(reportRecipients, ',')
  // The host reads it in the vault, as the identity; until an operator has put it there no call is made.
  CALL_SIGNING_SECRET: '@Microsoft.KeyVault(VaultName=${keyVault.outputs.vaultName};SecretName=call-signing-secret)'
  APPLICATIONINSIGHTS_CONNECTION_STRING: monitoring.outputs.insightsConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.clientId};Authorization=AAD'
  // Read by the C library: memory that images and bodies have freed goes back to the system.
  MALLOC_ARENA_MAX: '2'
  MALLOC_TRIM_THRESHOLD_: '131072'
}

module identityModule 'modules/identity.bicep' = {
  params: { deployment: deployment }
}

module monitoring 'modules/monitoring.bicep' = {
  params: {
    deployment: deployment
    principalId: identity.principalId
    retentionDays: logRetentionDays
    dailyQuotaGb: logDailyQuotaGb
  }
}

module storage 'modules/storage.bicep' = {
  params: {
    deployment: deployment
    principalId: identity.principalId
    workspaceId: monitoring.outputs.workspaceId
    privateNetwork: privateNetwork
    redundancy: highAvailability ? 'Standard_ZRS' : 'Standard_LRS'
    recoveryDays: blobRecoveryDays
  }
}

module eventGrid 'modules/event-grid.bicep' = {
  params: {
    deployment: deployment
    workspaceId: monitoring.outputs.workspaceId
    storageAccountId: storage.outputs.accountId
  }
}

module cosmos 'modules/cosmos.bicep' = {
  params: {
    deployment: deployment
    principalId: identity.principalId
    workspaceId: monitoring.outputs.workspaceId
    privateNetwork: privateNetwork
    autoscaleMaxThroughput: cosmosMaxThroughput
    zoneRedundant: highAvailability
    backupTier: highAvailability ? 'Continuous30Days' : 'Continuous7Days'
  }
}

module serviceBus 'modules/service-bus.bicep' = {
  params: {
    deployment: deployment
    principalId: identity.principalId
    workspaceId: monitoring.outputs.workspaceId
    privateNetwork: privateNetwork
  }
}

module mail 'modules/mail.bicep' = {
  params: {
    deployment: deployment
    principalId: identity.principalId
    workspaceId: monitoring.outputs.workspaceId
    dataLocation: mailDataLocation
    customDomain: mailDomain
  }
}

module keyVault 'modules/key-vault.bicep' = {
  params: {
    deployment: deployment
    principalId: identity.principalId
    workspaceId: monitoring.outputs.workspaceId
    privateNetwork: privateNetwork
  }
}

module cacheModule 'modules/cache.bicep' = if (cache) {
  params: {
    deployment: deployment
    identity: identity
    workspaceId: monitoring.outputs.workspaceId
    privateNetwork: privateNetwork
    highAvailability: highAvailability
  }
}

module network 'modules/network.bicep' = if (privateNetwork) {
  params: {
    deployment: deployment
    workspaceId: monitoring.outputs.workspaceId
    addressPrefix: networkAddressPrefix
  }
}

module privateEndpoints 'modules/private-endpoint.bicep' = [
  for part in items(privateParts): if (privateNetwork) {
    params: {
      deployment: deployment
      service: part.key
      serviceId: privateServiceIds[part.key]
      groupId: part.value
      zoneId: network!.outputs.zoneIds[part.key]
      subnetId: network!.outputs.endpointSubnetId
    }
  }
]

module app 'modules/app.bicep' = {
  params: {
    deployment: deployment
    identity: identity
    workspaceId: monitoring.outputs.workspaceId
    packagesUrl: storage.outputs.packagesUrl
    scale: scale
    subnetId: network.?outputs.appSubnetId ?? ''
    settings: union(settingDefaults, settingOverrides, connections)
  }
  dependsOn: [privateEndpoints]
}

module alerts 'modules/alerts.bicep' = {
  params: {
    deployment: deployment
    operatorEmails: operatorEmails
    hostName: app.outputs.hostName
    latencyTargetMs: latencyTargetMs
    watched: {
      insights: monitoring.outputs.insightsId
      storage: storage.outputs.accountId
      cosmos: cosmos.outputs.accountId
      serviceBus: serviceBus.outputs.namespaceId
      eventGrid: eventGrid.outputs.topicId
    }
  }
}

module budget 'modules/budget.bicep' = {
  params: {
    deployment: deployment
    actionGroupId: alerts.outputs.actionGroupId
    monthlyAmount: monthlyBudget
    startDate: budgetStartDate
  }
}

module workbook 'modules/workbook.bicep' = {
  params: {
    deployment: deployment
    insightsId: monitoring.outputs.insightsId
  }
}

@description('Name of the function app, which code is deployed to.')
output siteName string = app.outputs.siteName

@description('Where the application answers.')
output baseUrl string = 'https://${app.outputs.hostName}'

@description('What a caller asks a token for.')
output apiAudience string = apiAudienceUri
