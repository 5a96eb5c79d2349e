import {
  failureOf,
  newContainer,
  startLocalCosmos,
  type LocalCosmos,
} from "../../helpers/cosmos.ts";

let cosmos: LocalCosmos;
beforeAll(async () => {
  cosmos = await startLocalCosmos();
});
afterAll(async () => {
  await cosmos.stop();
});

describe("scripts, conflicts and users, which are not kept here", () => {
  it("are lists without members, for what looks through an account", async () => {
    const { scripts, conflicts } = await newContainer(cosmos.database);

    const lists = await Promise.all([
      scripts.storedProcedures.readAll().fetchAll(),
      scripts.triggers.query({ query: "SELECT * FROM c" }).fetchAll(),
      scripts.userDefinedFunctions.readAll().fetchAll(),
      conflicts.readAll().fetchAll(),
      cosmos.database.users.readAll().fetchAll(),
    ]);

    expect(lists.map(({ resources }) => resources)).toEqual([[], [], [], [], []]);
  });

  it("are refused when they are to be made, and absent when they are named", async () => {
    const { scripts } = await newContainer(cosmos.database);

    const made = await failureOf(scripts.storedProcedures.create({ id: "s", body: "() => 1" }));
    const run = await failureOf(scripts.storedProcedure("s").execute("a"));
    const replaced = await failureOf(
      scripts.storedProcedure("s").replace({ id: "s", body: "() => 1" }),
    );

    expect([made.code, run.code, replaced.code]).toEqual([501, 501, 404]);
  });
});
