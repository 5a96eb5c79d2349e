/* Sends mail: Communication Services with a domain of its own or of Azure's. */
import { Deployment, resourceName } from '../types.bicep'

@description('Names, place and tags.')
param deployment Deployment

@description('Object id of the identity that sends.')
param principalId string

@description('Resource id of the workspace that diagnostics go to.')
param workspaceId string

@description('Where mail is kept at rest, as Communication Services names places.')
param dataLocation string

@description('A domain of the company, verified by DNS records after the deployment; empty for one that Azure makes and verifies.')
param customDomain string

@description('Communication and Email Service Owner: the narrowest built-in role that may send.')
var sendMail = '09976791-48a7-449e-bb21-39d1a415f350'

resource emailService 'Microsoft.Communication/emailServices@2026-03-18' = {
  name: resourceName('acse', deployment)
  location: 'global'
  tags: deployment.tags
  properties: { dataLocation: dataLocation }
}

resource domain 'Microsoft.Communication/emailServices/domains@2026-03-18' = {
  parent: emailService
  name: empty(customDomain) ? 'AzureManagedDomain' : customDomain
  location: 'global'
  tags: deployment.tags
  properties: {
    domainManagement: empty(customDomain) ? 'AzureManaged' : 'CustomerManaged'
    userEngagementTracking: 'Disabled'
  }
}

resource communication 'Microsoft.Communication/communicationServices@2026-03-18' = {
  name: resourceName('acs', deployment)
  location: 'global'
  tags: deployment.tags
  properties: {
    dataLocation: dataLocation
    disableLocalAuth: true
    linkedDomains: [domain.id]
  }
}

resource sendAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(communication.id, sendMail)
  scope: communication
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', sendMail)
  }
}

#disable-next-line use-recent-api-versions // The one stable version, of 2016, has neither names nor category groups.
resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: communication
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'EmailSendMailOperational', enabled: true }
      { category: 'EmailStatusUpdateOperational', enabled: true }
    ]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

@description('Address of the service.')
output endpoint string = 'https://${communication.properties.hostName}'

@description('Address that mail comes from.')
output senderAddress string = 'donotreply@${domain.properties.mailFromSenderDomain}'
