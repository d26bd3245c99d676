/// <reference types="vitest/config" />
import { defineConfig } from "vite";

// One classic script: the page embeds it with <script src async> and nothing else.
export default defineConfig({
  build: {
    target: "es2022",
    emptyOutDir: true,
    reportCompressedSize: false,
    lib: { entry: "src/main.ts", formats: ["iife"], name: "SaphenaWidget", fileName: () => "widget.js" },
  },
  define: { "process.env.NODE_ENV": '"production"' },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
});
