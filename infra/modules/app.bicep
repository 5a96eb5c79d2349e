/* The application: a Flex Consumption plan and the site that runs on it. */
import { AppIdentity, Deployment, resourceName, Scale } from '../types.bicep'

@description('Names, place and tags.')
param deployment Deployment

@description('The identity that the application runs as.')
param identity AppIdentity

@description('Resource id of the workspace that diagnostics go to.')
param workspaceId string

@description('Address of the container that the package is deployed to.')
param packagesUrl string

@description('Memory, instances and concurrency.')
param scale Scale

@description('Subnet that the application reaches its services through; empty for none.')
param subnetId string

@description('Settings of the application and its host. None of them is a secret.')
param settings { *: string }

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: resourceName('plan', deployment)
  location: deployment.location
  tags: deployment.tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource site 'Microsoft.Web/sites@2025-03-01' = {
  name: resourceName('func', deployment)
  location: deployment.location
  // azd finds the site of the service "api" by this tag.
  tags: union(deployment.tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identity.id}': {} }
  }
  properties: {
    serverFarmId: plan.id
    keyVaultReferenceIdentity: identity.id
    httpsOnly: true
    publicNetworkAccess: 'Enabled'
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: {
      ftpsState: 'Disabled'
      http20Enabled: true
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packagesUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identity.id
          }
        }
      }
      runtime: { name: 'node', version: '24' }
      scaleAndConcurrency: {
        instanceMemoryMB: scale.instanceMemoryMB
        maximumInstanceCount: scale.maximumInstanceCount
        alwaysReady: scale.alwaysReady
        triggers: { http: { perInstanceConcurrency: scale.httpConcurrency } }
      }
      // Instances finish what they are doing before they are replaced.
      #disable-next-line BCP037 // The service knows the property; the type definition does not yet.
      siteUpdateStrategy: { type: 'RollingUpdate' }
    }
  }

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: settings
  }

  resource ftpPasswords 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scmPasswords 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

#disable-next-line use-recent-api-versions // The one stable version, of 2016, has neither names nor category groups.
resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: site
  properties: {
    workspaceId: workspaceId
    // The host's own words, also from before the application could start. Its traces go to Application Insights.
    logs: [{ category: 'FunctionAppLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

@description('Resource id of the site.')
output siteId string = site.id

@description('Name of the site.')
output siteName string = site.name

@description('Host name of the site.')
output hostName string = site.properties.defaultHostName
