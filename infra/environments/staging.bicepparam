using '../main.bicep'

// The shape of production, network and all, at the size of dev: what breaks there must break here first.
param environmentName = 'staging'
param costCenter = 'engineering'
param operatorEmails = ['stockroom-staging@example.com']
param monthlyBudget = 1100
param budgetStartDate = '2026-12-01'

// Replace by the client id that the registration of the API has.
param apiClientId = '00000000-0000-0000-0000-000000000002'

param scale = {
  instanceMemoryMB: 2048
  maximumInstanceCount: 40
  httpConcurrency: 5
  alwaysReady: []
}
param cosmosMaxThroughput = 1000
param highAvailability = false
param blobRecoveryDays = 7

param logRetentionDays = 30
param logDailyQuotaGb = 2

param privateNetwork = true
param cache = false
param mailDataLocation = 'Europe'

// Receivers of calls out there are spoken to over HTTPS only.
param settingOverrides = { CALL_REQUIRE_HTTPS: 'true' }
