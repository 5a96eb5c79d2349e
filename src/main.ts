import { app } from "@azure/functions";

app.http("healthLive", {
  methods: ["GET"],
  route: "health/live",
  handler: () => ({ jsonBody: { status: "ok" } }),
});
