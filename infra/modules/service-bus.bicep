/* Queues, topics and subscriptions, which are the ones that the application declares. */
import { Deployment, resourceName } from '../types.bicep'

@description('Names, place and tags.')
param deployment Deployment

@description('Object id of the identity that sends and receives.')
param principalId string

@description('Resource id of the workspace that diagnostics go to.')
param workspaceId string

@description('Reachable through private endpoints only, which takes the Premium tier.')
param privateNetwork bool

@description('Queues and topics, made from the declarations in the application.')
var data = loadJsonContent('../data/service-bus.json')

@description('Each subscription with its topic and the place of that topic in the list.')
var subscriptions = flatten(map(range(0, length(data.topics)), (index) =>
  map(data.topics[index].subscriptions, (subscription) => {
    topic: data.topics[index].name
    name: subscription.name
    properties: subscription.properties
  })))

@description('Azure Service Bus Data Receiver.')
var receiver = '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0'

@description('Azure Service Bus Data Sender.')
var sender = '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39'

@description('Premium is the only tier with private endpoints.')
var tier = privateNetwork ? 'Premium' : 'Standard'

resource namespace 'Microsoft.ServiceBus/namespaces@2026-01-01' = {
  name: resourceName('sb', deployment)
  location: deployment.location
  tags: deployment.tags
  sku: privateNetwork ? { name: tier, tier: tier, capacity: 1 } : { name: tier, tier: tier }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: privateNetwork ? 'Disabled' : 'Enabled'
  }
}

// One after the other: the queue that dead letters go to must be there before those that name it.
@batchSize(1)
resource queues 'Microsoft.ServiceBus/namespaces/queues@2026-01-01' = [
  for queue in data.queues: {
    parent: namespace
    name: queue.name
    properties: queue.properties
  }
]

resource topics 'Microsoft.ServiceBus/namespaces/topics@2026-01-01' = [
  for topic in data.topics: {
    parent: namespace
    name: topic.name
    properties: topic.properties
  }
]

resource topicSubscriptions 'Microsoft.ServiceBus/namespaces/topics/subscriptions@2026-01-01' = [
  for subscription in subscriptions: {
    #disable-next-line use-parent-property // The parent is one of a list, which only its name can tell.
    name: '${namespace.name}/${subscription.topic}/${subscription.name}'
    properties: subscription.properties
    dependsOn: [topics, queues]
  }
]

resource sendToQueues 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (queue, index) in data.queues: {
    name: guid(queues[index].id, sender)
    scope: queues[index]
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', sender)
    }
  }
]

resource receiveFromQueues 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (queue, index) in data.queues: {
    name: guid(queues[index].id, receiver)
    scope: queues[index]
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', receiver)
    }
  }
]

resource sendToTopics 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (topic, index) in data.topics: {
    name: guid(topics[index].id, sender)
    scope: topics[index]
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', sender)
    }
  }
]

resource receiveFromSubscriptions 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (subscription, index) in subscriptions: {
    name: guid(topicSubscriptions[index].id, receiver)
    scope: topicSubscriptions[index]
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', receiver)
    }
  }
]

#disable-next-line use-recent-api-versions // The one stable version, of 2016, has neither names nor category groups.
resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: namespace
  properties: {
    workspaceId: workspaceId
    logAnalyticsDestinationType: 'Dedicated'
    logs: [
      { category: 'OperationalLogs', enabled: true }
      { category: 'DiagnosticErrorLogs', enabled: true }
    ]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

@description('Resource id of the namespace.')
output namespaceId string = namespace.id

@description('Name of the namespace.')
output namespaceName string = namespace.name

@description('Host name of the namespace.')
output hostName string = parseUri(namespace.properties.serviceBusEndpoint).host
