/* One alert on a query over the application's telemetry. */
import { AlertTarget } from '../types.bicep'

@description('Who is told, and how the alert is tagged.')
param target AlertTarget

@description('Region of the rule.')
param location string

@description('Name, which the operations guide has a section for.')
param name string

@description('What it means, in one sentence.')
param summary string

@description('0 is the worst, 4 only for information.')
param severity int

@description('Resource id of Application Insights.')
param insightsId string

@description('Query with one row for each window that is too much.')
param query string

@description('Minutes, as an ISO 8601 duration, that are looked at.')
param window 'PT5M' | 'PT15M' | 'PT30M' | 'PT1H'

resource alert 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = {
  name: name
  location: location
  tags: target.tags
  kind: 'LogAlert'
  properties: {
    displayName: name
    description: summary
    severity: severity
    enabled: true
    scopes: [insightsId]
    evaluationFrequency: 'PT5M'
    windowSize: window
    autoMitigate: true
    criteria: {
      allOf: [
        {
          query: query
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [target.actionGroupId] }
  }
}
