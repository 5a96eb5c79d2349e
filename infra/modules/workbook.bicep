/* The page to look at first: what came in, what failed, how long it took. */
import { Deployment } from '../types.bicep'

@description('Names, place and tags.')
param deployment Deployment

@description('Resource id of Application Insights.')
param insightsId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  // The service takes a UUID for a name.
  name: guid(resourceGroup().id, deployment.workload, deployment.environment, 'workbook')
  location: deployment.location
  tags: deployment.tags
  kind: 'shared'
  properties: {
    category: 'workbook'
    displayName: 'Stockroom ${deployment.environment}'
    serializedData: string(loadJsonContent('../workbook.json'))
    sourceId: insightsId
    version: '1.0'
  }
}
