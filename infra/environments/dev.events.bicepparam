using '../events.bicep'

param environmentName = 'dev'
param functionName = 'processUpload'
param containerName = 'uploads'
