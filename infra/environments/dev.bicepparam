using '../main.bicep'

// Small and cheap: nothing is kept running, and the database is paid for by the request.
param environmentName = 'dev'
param costCenter = 'engineering'
param operatorEmails = ['stockroom-dev@example.com']
param monthlyBudget = 50
param budgetStartDate = '2026-12-01'

// Replace by the client id that the registration of the API has.
param apiClientId = '00000000-0000-0000-0000-000000000001'

param scale = {
  instanceMemoryMB: 2048
  maximumInstanceCount: 40
  httpConcurrency: 5
  alwaysReady: []
}
param cosmosMaxThroughput = 0
param highAvailability = false
param blobRecoveryDays = 7

param logRetentionDays = 30
param logDailyQuotaGb = 1

param privateNetwork = false
param cache = false
param mailDataLocation = 'Europe'
