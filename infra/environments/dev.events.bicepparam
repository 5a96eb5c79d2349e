using '../events.bicep'

param environmentName = 'dev'
param functionName = 'makeThumbnails'
param containerName = 'uploads'
