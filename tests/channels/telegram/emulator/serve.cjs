// Serves the emulated Bot API: node serve.cjs PORT SECONDS (so long it keeps messages)
const TelegramServer = require("telegram-test-api");

const [port, storeTimeout] = process.argv.slice(2).map(Number);

new TelegramServer({ host: "127.0.0.1", port, storeTimeout })
  .start()
  .then(() => console.log("ready"));
