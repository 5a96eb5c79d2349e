/* The one identity that the application and its host run as. No key and no password exists anywhere. */
import { AppIdentity, Deployment, resourceName } from '../types.bicep'

@description('Names, place and tags.')
param deployment Deployment

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: resourceName('id', deployment)
  location: deployment.location
  tags: deployment.tags
}

@description('The identity, as the other modules take it.')
output identity AppIdentity = {
  id: identity.id
  principalId: identity.properties.principalId
  clientId: identity.properties.clientId
}
