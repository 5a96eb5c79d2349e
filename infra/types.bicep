/* Types and the naming function that main.bicep, events.bicep and the modules share. */

@export()
@description('The environments there are.')
type EnvironmentName = 'dev' | 'staging' | 'production'

@export()
@description('Tags that every resource carries.')
type Tags = {
  @description('The application that the resource belongs to.')
  application: string

  @description('The environment that the resource belongs to.')
  environment: EnvironmentName

  @description('Who pays for it.')
  costCenter: string

  @description('Where a change of it is to be made.')
  managedBy: string
}

@export()
@description('What every module needs to name, place and tag its resources.')
type Deployment = {
  @description('The application, at most nine lower-case letters: it is part of every name.')
  workload: string

  @description('The environment.')
  environment: EnvironmentName

  @description('Thirteen letters and digits that make names unique and stay the same from one deployment to the next.')
  token: string

  @description('The region.')
  location: string

  @description('Tags that every resource carries.')
  tags: Tags
}

@export()
@description('The identity that the application runs as.')
type AppIdentity = {
  @description('Resource id.')
  id: string

  @description('Object id, which roles are granted to.')
  principalId: string

  @description('Client id, which settings name.')
  clientId: string
}

@export()
@description('Name of a resource. The prefix is the abbreviation of its kind. A storage account takes letters and digits only and 24 of them, a key vault 24 characters; everything else is readable.')
func resourceName(prefix string, deployment Deployment) string =>
  prefix == 'st'
    ? '${prefix}${take(deployment.workload, 9)}${deployment.token}'
    : prefix == 'kv'
        ? '${prefix}-${take(deployment.workload, 9)}-${take(deployment.token, 11)}'
        : '${prefix}-${deployment.workload}-${deployment.environment}-${take(deployment.token, 6)}'

@export()
@description('What main.bicep and events.bicep both make of their parameters, so that both find the same resources.')
func deploymentOf(workload string, environment EnvironmentName, groupId string, place Place) Deployment => {
  workload: workload
  environment: environment
  token: uniqueString(groupId, workload, environment)
  location: place.location
  tags: {
    application: workload
    environment: environment
    costCenter: place.costCenter
    managedBy: 'bicep'
  }
}

@export()
@description('Where resources stand and who pays for them.')
type Place = {
  @description('The region.')
  location: string

  @description('Who pays for it.')
  costCenter: string
}

@export()
@description('How the application is given memory and instances.')
type Scale = {
  @description('Memory of an instance; processor time comes in proportion.')
  instanceMemoryMB: 512 | 2048 | 4096

  @description('Instances at most, each kind of function for itself.')
  @minValue(40)
  @maxValue(1000)
  maximumInstanceCount: int

  @description('Requests that one instance answers at once.')
  @minValue(1)
  @maxValue(1000)
  httpConcurrency: int

  @description('Instances that are kept running: of http, of blob, or of function:NAME.')
  alwaysReady: AlwaysReady[]
}

@export()
@description('Instances of one kind of function that are kept running, and paid for.')
type AlwaysReady = {
  @description('http, blob, or function:NAME.')
  name: string

  @description('How many.')
  @minValue(1)
  instanceCount: int
}

@export()
@description('Who is told of an alert.')
type AlertTarget = {
  @description('Resource id of the action group.')
  actionGroupId: string

  @description('Tags of the alert.')
  tags: Tags
}

@export()
@description('Container for events that could not be delivered to the blob trigger.')
var deadLetterContainer = 'undelivered-events'
