/** The account document: what a client asks first. */
import type { Json } from "../json.ts";
import { jsonReply, type Reply } from "./reply.ts";

/** .NET refuses every query when this text is absent or holds an empty object. */
const QUERY_ENGINE = JSON.stringify({
  maxSqlQueryInputLength: 262_144,
  maxJoinsPerSqlQuery: 5,
  maxLogicalAndPerSqlQuery: 500,
  maxLogicalOrPerSqlQuery: 500,
  sqlAllowTop: true,
  sqlAllowSubQuery: true,
  allowNewKeywords: true,
  sqlAllowLike: true,
  sqlAllowAggregateFunctions: true,
});

/**
 * @param origin where this very request came to, so that a mapped port and TLS keep working.
 */
export const accountReply = (origin: string): Reply => {
  const locations: Json = [{ name: "Local", databaseAccountEndpoint: origin }];
  return jsonReply(200, {
    // Not "localhost": the JavaScript client throws the locations away for that name.
    id: "local",
    _rid: "local",
    _self: "",
    _dbs: "//dbs/",
    media: "//media/",
    addresses: "//addresses/",
    writableLocations: locations,
    readableLocations: locations,
    enableMultipleWriteLocations: false,
    userReplicationPolicy: { asyncReplication: false, minReplicaSetSize: 1, maxReplicasetSize: 4 },
    userConsistencyPolicy: { defaultConsistencyLevel: "Session" },
    systemReplicationPolicy: { minReplicaSetSize: 1, maxReplicasetSize: 4 },
    readPolicy: { primaryReadCoefficient: 1, secondaryReadCoefficient: 1 },
    queryEngineConfiguration: QUERY_ENGINE,
  });
};
