using '../events.bicep'

param environmentName = 'staging'
param functionName = 'makeThumbnails'
param containerName = 'uploads'
