/** Resource ids (`_rid`): the numbers of database, container and item in one base64 text. */

const encode = (bytes: Buffer): string => bytes.toString("base64").replaceAll("/", "-");

/** Set on byte 4 of a container's id, so that it cannot be taken for a database's. */
const CONTAINER_BIT = 0x80_00_00_00;
const WORD = 0x1_00_00_00_00;

const containerBytes = (database: number, container: number): Buffer => {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32BE(database, 0);
  bytes.writeUInt32BE(CONTAINER_BIT + container, 4);
  return bytes;
};

export const databaseRid = (database: number): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(database, 0);
  return encode(bytes);
};

/** Begins with the bytes of the database: .NET cuts the database's id out of it. */
export const containerRid = (database: number, container: number): string =>
  encode(containerBytes(database, container).subarray(0, 8));

/** Makes the ids of one container's items. The number is little-endian, so its high bits stay 0: a document. */
export const itemRids = (database: number, container: number): ((item: number) => string) => {
  const bytes = containerBytes(database, container);
  return (item) => {
    bytes.writeUInt32LE(item % WORD, 8);
    bytes.writeUInt32LE(Math.floor(item / WORD), 12);
    return encode(bytes);
  };
};
