/* Says when money runs away. It stops nothing. */
import { Deployment, resourceName } from '../types.bicep'

@description('Names, place and tags.')
param deployment Deployment

@description('Resource id of the action group that is told.')
param actionGroupId string

@description('Money a month, in the currency that the subscription is billed in.')
@minValue(1)
param monthlyAmount int

@description('First day of the month of the first deployment: 2026-01-01. It cannot be changed later.')
@minLength(10)
@maxLength(10)
param startDate string

resource budget 'Microsoft.Consumption/budgets@2026-06-01' = {
  name: resourceName('budget', deployment)
  properties: {
    amount: monthlyAmount
    category: 'Cost'
    timeGrain: 'Monthly'
    timePeriod: { startDate: '${startDate}T00:00:00Z' }
    notifications: {
      spent80: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 80
        thresholdType: 'Actual'
        contactEmails: []
        contactGroups: [actionGroupId]
      }
      forecast100: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: []
        contactGroups: [actionGroupId]
      }
    }
  }
}
