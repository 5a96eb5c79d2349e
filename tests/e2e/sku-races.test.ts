import { type Client, clientOf, newSku, productInput, readError } from "../helpers/client.ts";
import { type Stockroom, startStockroom } from "../helpers/stockroom.ts";

const RACES = 200;
const AT_ONCE = 10;

let stockroom: Stockroom;
let client: Client;

beforeAll(async () => {
  stockroom = await startStockroom();
  client = clientOf(stockroom);
}, 60_000);

afterAll(() => stockroom.stop());

/** Two clients create a product with the same SKU at the same moment. */
const race = async (): Promise<{ statuses: number[]; codes: string[] }> => {
  const sku = newSku();
  const create = () => client.send("POST", "/api/products", { body: productInput({ sku }) });
  const answers = await Promise.all([create(), create()]);
  const refused = answers.filter(({ ok }) => !ok);
  const errors = await Promise.all(refused.map(readError));
  return {
    statuses: answers.map(({ status }) => status).toSorted((one, other) => one - other),
    codes: errors.map(({ code }) => code),
  };
};

describe("two creates of one SKU", () => {
  it(`have one winner in each of ${RACES} races`, async () => {
    for (let raced = 0; raced < RACES; raced += AT_ONCE) {
      const outcomes = await Promise.all(Array.from({ length: AT_ONCE }, race));

      expect(outcomes).toEqual(outcomes.map(() => ({ statuses: [201, 409], codes: ["SkuInUse"] })));
    }
  }, 120_000);

  it("have one winner also when a dozen products change to it", async () => {
    const products = await Promise.all(Array.from({ length: 12 }, () => client.create()));
    const sku = newSku();

    const answers = await Promise.all(
      products.map(({ id }) => client.send("PATCH", `/api/products/${id}`, { body: { sku } })),
    );

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(11);
  }, 60_000);
});
