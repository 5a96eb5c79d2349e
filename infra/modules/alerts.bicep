/* What people are told of. Each alert has a section of its name in docs/operations.md. */
import { AlertTarget, Deployment, resourceName } from '../types.bicep'

@description('Names, place and tags.')
param deployment Deployment

@description('Addresses that alerts are mailed to.')
@minLength(1)
param operatorEmails string[]

@description('Resource ids of what is watched.')
param watched Watched

@description('Host name of the application, which is called from outside.')
param hostName string

@description('Milliseconds that 95 of 100 requests stay under.')
param latencyTargetMs int

@description('Resource ids of what is watched.')
type Watched = {
  @description('Application Insights.')
  insights: string

  @description('The storage account.')
  storage: string

  @description('The Cosmos DB account.')
  cosmos: string

  @description('The Service Bus namespace.')
  serviceBus: string

  @description('The Event Grid topic.')
  eventGrid: string
}

@description('Places that the application is called from; fewer than three of five may fail.')
var probeLocations = ['emea-nl-ams-azr', 'emea-gb-db3-azr', 'us-va-ash-azr', 'us-ca-sjc-azr', 'apac-sg-sin-azr']

@description('Who is told.')
var target AlertTarget = {
  actionGroupId: operators.id
  tags: deployment.tags
}

resource operators 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: resourceName('ag', deployment)
  location: 'global'
  tags: deployment.tags
  properties: {
    enabled: true
    groupShortName: take(deployment.workload, 12)
    emailReceivers: [
      for address in operatorEmails: {
        name: address
        emailAddress: address
        useCommonAlertSchema: true
      }
    ]
  }
}

module deadLetters 'metric-alert.bicep' = {
  params: {
    target: target
    name: 'dead-letters'
    summary: 'Messages that could not be handled wait for somebody to look at them.'
    severity: 2
    resourceId: watched.serviceBus
    condition: {
      namespace: 'Microsoft.ServiceBus/namespaces'
      metric: 'ActiveMessages'
      aggregation: 'Maximum'
      operator: 'GreaterThan'
      threshold: 0
      window: 'PT5M'
      dimensions: [{ name: 'EntityName', values: ['dead-letters'] }]
    }
  }
}

module strayDeadLetters 'metric-alert.bicep' = {
  params: {
    target: target
    name: 'stray-dead-letters'
    summary: 'Dead letters did not reach the queue where they are looked at.'
    severity: 2
    resourceId: watched.serviceBus
    condition: {
      namespace: 'Microsoft.ServiceBus/namespaces'
      metric: 'DeadletteredMessages'
      aggregation: 'Maximum'
      operator: 'GreaterThan'
      threshold: 0
      window: 'PT15M'
      dimensions: [{ name: 'EntityName', values: ['*'] }]
    }
  }
}

module throttledRequests 'metric-alert.bicep' = {
  params: {
    target: target
    name: 'cosmos-throttling'
    summary: 'Cosmos DB refused more than 100 requests in 5 minutes for want of throughput.'
    severity: 2
    resourceId: watched.cosmos
    condition: {
      namespace: 'Microsoft.DocumentDB/databaseAccounts'
      metric: 'TotalRequests'
      aggregation: 'Count'
      operator: 'GreaterThan'
      threshold: 100
      window: 'PT5M'
      dimensions: [{ name: 'StatusCode', values: ['429'] }]
    }
  }
}

module storageAvailability 'metric-alert.bicep' = {
  params: {
    target: target
    name: 'storage-availability'
    summary: 'Storage answered less than 99 of 100 requests.'
    severity: 1
    resourceId: watched.storage
    condition: {
      namespace: 'Microsoft.Storage/storageAccounts'
      metric: 'Availability'
      aggregation: 'Average'
      operator: 'LessThan'
      threshold: 99
      window: 'PT15M'
      dimensions: []
    }
  }
}

module undeliveredEvents 'metric-alert.bicep' = {
  params: {
    target: target
    name: 'undelivered-events'
    summary: 'Event Grid gave up on delivering a blob event.'
    severity: 2
    resourceId: watched.eventGrid
    condition: {
      namespace: 'Microsoft.EventGrid/systemTopics'
      metric: 'DeadLetteredCount'
      aggregation: 'Total'
      operator: 'GreaterThan'
      threshold: 0
      window: 'PT15M'
      dimensions: []
    }
  }
}

module failedInvocations 'query-alert.bicep' = {
  params: {
    target: target
    location: deployment.location
    name: 'failed-invocations'
    summary: 'More than 5 invocations of one function failed in 15 minutes.'
    severity: 1
    insightsId: watched.insights
    window: 'PT15M'
    query: '''
requests
| where success == false and coalesce(toint(resultCode), 0) !between (400 .. 499) and isempty(customDimensions["job.id"])
| summarize failures = sum(itemCount) by operation_Name
| where failures > 5
'''
  }
}

module slowRequests 'query-alert.bicep' = {
  params: {
    target: target
    location: deployment.location
    name: 'slow-requests'
    summary: 'Of the HTTP requests of one function, 5 in 100 took longer than the target for 15 minutes.'
    severity: 2
    insightsId: watched.insights
    window: 'PT15M'
    query: $'''
requests
| where isnotempty(url)
| summarize p95 = percentile(duration, 95), calls = sum(itemCount) by operation_Name
| where calls >= 20 and p95 > ${latencyTargetMs}
'''
  }
}

// A threshold that follows the usual backlog: what is a flood in the morning may be nothing at night.
resource growingBacklog 'Microsoft.Insights/metricAlerts@2026-01-01' = {
  name: 'growing-backlog'
  location: 'global'
  tags: deployment.tags
  properties: {
    description: 'More messages wait in a queue or subscription than is usual at this hour, for 15 minutes.'
    severity: 2
    enabled: true
    scopes: [watched.serviceBus]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'DynamicThresholdCriterion'
          name: 'condition'
          metricNamespace: 'Microsoft.ServiceBus/namespaces'
          metricName: 'ActiveMessages'
          timeAggregation: 'Average'
          operator: 'GreaterThan'
          alertSensitivity: 'Medium'
          failingPeriods: { numberOfEvaluationPeriods: 4, minFailingPeriodsToAlert: 3 }
          dimensions: [{ name: 'EntityName', operator: 'Include', values: ['*'] }]
        }
      ]
    }
    actions: [{ actionGroupId: operators.id }]
  }
}

// The plan has no health check path, so somebody has to ask.
resource probe 'Microsoft.Insights/webtests@2022-06-15' = {
  name: resourceName('probe', deployment)
  location: deployment.location
  // Application Insights finds its tests by this tag.
  tags: union(deployment.tags, { 'hidden-link:${watched.insights}': 'Resource' })
  kind: 'standard'
  properties: {
    SyntheticMonitorId: resourceName('probe', deployment)
    Name: 'ready'
    Description: 'Asks the application from outside whether it can do its work.'
    Kind: 'standard'
    Enabled: true
    Frequency: 300
    Timeout: 30
    RetryEnabled: true
    Locations: [for location in probeLocations: { Id: location }]
    Request: {
      HttpVerb: 'GET'
      RequestUrl: 'https://${hostName}/health/ready'
      ParseDependentRequests: false
      FollowRedirects: false
    }
    ValidationRules: {
      ExpectedHttpStatusCode: 200
      SSLCheck: true
      SSLCertRemainingLifetimeCheck: 14
    }
  }
}

resource unavailable 'Microsoft.Insights/metricAlerts@2026-01-01' = {
  name: 'not-ready'
  location: 'global'
  tags: deployment.tags
  properties: {
    description: 'Three of five places outside found the application not ready.'
    severity: 0
    enabled: true
    scopes: [watched.insights, probe.id]
    evaluationFrequency: 'PT1M'
    windowSize: 'PT5M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria'
      webTestId: probe.id
      componentId: watched.insights
      failedLocationCount: 3
    }
    actions: [{ actionGroupId: operators.id }]
  }
}

@description('Resource id of the action group.')
output actionGroupId string = operators.id
