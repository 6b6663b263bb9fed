package org.fieldstream.client.cli;

import java.time.Duration;
import org.fieldstream.client.sdk.ClientOptions;
import picocli.CommandLine.Option;

/** Where the server is. */
final class ServerOptions {
  @Option(
      names = "--server",
      paramLabel = "HOST:PORT",
      defaultValue = "${env:FIELDSTREAM_SERVER:-127.0.0.1:7420}",
      description =
          "The server's gRPC address (default: ${DEFAULT-VALUE}; environment: FIELDSTREAM_SERVER).")
  private String server = "127.0.0.1:7420";

  @Option(
      names = "--retry-for",
      paramLabel = "SECONDS",
      defaultValue = "120",
      description = "Give up after this time without a connection (default: ${DEFAULT-VALUE}).")
  private int retryFor = 120;

  /** Options for the SDK. */
  ClientOptions toClientOptions() {
    if (retryFor < 0) {
      throw new IllegalArgumentException("retry-for: " + retryFor + " (expected: >= 0)");
    }
    ClientOptions options = ClientOptions.parse(server);
    return options.withRetry(options.retry().withGiveUpAfter(Duration.ofSeconds(retryFor)));
  }
}
