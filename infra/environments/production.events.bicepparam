using '../events.bicep'

param environmentName = 'production'
param functionName = 'processUpload'
param containerName = 'uploads'
