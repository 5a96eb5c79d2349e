using '../main.bicep'

// docs/scale.md gives the reasons for every number here, and what they cost.
param environmentName = 'production'
param costCenter = 'operations'
param operatorEmails = ['stockroom-operations@example.com']
param monthlyBudget = 2000
param budgetStartDate = '2026-12-01'

// Replace by the client id that the registration of the API has.
param apiClientId = '00000000-0000-0000-0000-000000000003'

param scale = {
  instanceMemoryMB: 2048
  maximumInstanceCount: 100
  httpConcurrency: 5
  alwaysReady: [{ name: 'http', instanceCount: 2 }]
}
param cosmosMaxThroughput = 10000
param highAvailability = true
param blobRecoveryDays = 30

param logRetentionDays = 90
param logDailyQuotaGb = 10

param privateNetwork = true
param cache = false
param mailDataLocation = 'Europe'

param settingOverrides = {
  // Receivers of calls out there are spoken to over HTTPS only.
  CALL_REQUIRE_HTTPS: 'true'
  // One trace in four is sent, and every one that failed.
  TELEMETRY_SAMPLING_PERCENT: '25'
}
