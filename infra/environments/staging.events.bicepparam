using '../events.bicep'

param environmentName = 'staging'
param functionName = 'processUpload'
param containerName = 'uploads'
