/* One alert on one metric of one resource. */
import { AlertTarget } from '../types.bicep'

@description('Who is told, and how the alert is tagged.')
param target AlertTarget

@description('Name, which the operations guide has a section for.')
param name string

@description('What it means, in one sentence.')
param summary string

@description('0 is the worst, 4 only for information.')
param severity int

@description('Resource id of what is watched.')
param resourceId string

@description('The metric and when it is too much.')
param condition MetricCondition

@description('A metric and when it is too much.')
type MetricCondition = {
  @description('Kind of the resource that has the metric.')
  namespace: string

  @description('Name of the metric.')
  metric: string

  @description('How values within the window become one.')
  aggregation: 'Average' | 'Count' | 'Maximum' | 'Minimum' | 'Total'

  @description('How it is compared.')
  operator: 'GreaterThan' | 'LessThan'

  @description('What it is compared with.')
  threshold: int

  @description('Minutes, as an ISO 8601 duration, that are looked at.')
  window: 'PT5M' | 'PT15M' | 'PT30M' | 'PT1H'

  @description('Values of dimensions to count; an asterisk watches each value by itself.')
  dimensions: Dimension[]
}

@description('Values of one dimension that are counted.')
type Dimension = {
  @description('Name of the dimension.')
  name: string

  @description('The values.')
  values: string[]
}

resource alert 'Microsoft.Insights/metricAlerts@2026-01-01' = {
  name: name
  location: 'global'
  tags: target.tags
  properties: {
    description: summary
    severity: severity
    enabled: true
    scopes: [resourceId]
    evaluationFrequency: condition.window == 'PT5M' ? 'PT1M' : 'PT5M'
    windowSize: condition.window
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'condition'
          metricNamespace: condition.namespace
          metricName: condition.metric
          timeAggregation: condition.aggregation
          operator: condition.operator
          threshold: condition.threshold
          dimensions: map(condition.dimensions, (dimension) => {
            name: dimension.name
            operator: 'Include'
            values: dimension.values
          })
        }
      ]
    }
    actions: [{ actionGroupId: target.actionGroupId }]
  }
}
