using '../events.bicep'

param environmentName = 'production'
param functionName = 'makeThumbnails'
param containerName = 'uploads'
