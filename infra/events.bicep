/* The subscription that brings blob events to the blob trigger. Deployed after the code: Event Grid calls the
   trigger's address to see that it answers, and the address needs a key that the trigger makes. */
import { deadLetterContainer, Deployment, deploymentOf, EnvironmentName, resourceName } from 'types.bicep'

@description('The environment.')
param environmentName EnvironmentName

@description('Part of every name, lower-case letters only.')
@maxLength(9)
param workload string = 'stockroom'

@description('Function with the blob trigger.')
param functionName string

@description('Container that the trigger watches.')
param containerName string

@description('Names of this deployment; nothing is placed or tagged here.')
var deployment Deployment = deploymentOf(workload, environmentName, resourceGroup().id, {
  location: ''
  costCenter: ''
})

resource account 'Microsoft.Storage/storageAccounts@2026-09-01' existing = {
  name: resourceName('st', deployment)
}

resource site 'Microsoft.Web/sites@2025-03-01' existing = {
  name: resourceName('func', deployment)
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: resourceName('evgt', deployment)
}

resource uploads 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  parent: topic
  name: '${containerName}-to-${toLower(functionName)}'
  properties: {
    eventDeliverySchema: 'EventGridSchema'
    destination: {
      endpointType: 'WebHook'
      properties: {
        endpointUrl: 'https://${site.properties.defaultHostName}/runtime/webhooks/blobs?functionName=Host.Functions.${functionName}&code=${listKeys('${site.id}/host/default', '2025-03-01').systemKeys.blobs_extension}'
        maxEventsPerBatch: 1
        preferredBatchSizeInKilobytes: 64
      }
    }
    filter: {
      includedEventTypes: ['Microsoft.Storage.BlobCreated']
      subjectBeginsWith: '/blobServices/default/containers/${containerName}/blobs/'
    }
    retryPolicy: {
      maxDeliveryAttempts: 30
      eventTimeToLiveInMinutes: 1440
    }
    deadLetterWithResourceIdentity: {
      identity: { type: 'SystemAssigned' }
      deadLetterDestination: {
        endpointType: 'StorageBlob'
        properties: {
          resourceId: account.id
          blobContainerName: deadLetterContainer
        }
      }
    }
  }
}
