using 'main.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'dev')
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
param apiClientId = readEnvironmentVariable('API_CLIENT_ID', '00000000-0000-0000-0000-000000000001')
param operatorEmail = readEnvironmentVariable('OPERATOR_EMAIL', 'stockroom-dev@example.com')
param budgetStartDate = readEnvironmentVariable('BUDGET_START_DATE', '2026-12-01')
