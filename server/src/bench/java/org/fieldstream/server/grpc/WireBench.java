package org.fieldstream.server.grpc;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What the wire costs: {@code stream [TURNS [MEGABYTES [KIB,...]]]} is goodput over loopback beside
 * grpc-java, {@code latency [MODEL [CALLS]]} the wait for a stream's first message, {@code record
 * [TURNS [SECONDS]]} measurements acknowledged, each durable.
 */
public final class WireBench {
  private WireBench() {}

  /** Measures and prints. */
  public static void main(String[] arguments) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    String what = arguments.length > 0 ? arguments[0] : "";
    switch (what) {
      case "stream" ->
          new StreamBench(
                  number(arguments, 1, 7),
                  1_000_000L * number(arguments, 2, 256),
                  sizes(arguments.length > 3 ? arguments[3] : "64,1024,4096"),
                  out)
              .run();
      case "latency" ->
          new LatencyBench(
                  arguments.length > 1 ? arguments[1] : "phi4-continuous-32x32",
                  number(arguments, 2, 500),
                  out)
              .run();
      case "record" -> new RecordBench(number(arguments, 1, 5), number(arguments, 2, 2), out).run();
      default ->
          throw new IllegalArgumentException(
              "benchmark: '" + what + "' (expected: stream, latency or record)");
    }
    // Threads of grpc-java linger.
    System.exit(0);
  }

  private static int[] sizes(String kibibytes) {
    return Arrays.stream(kibibytes.split(",")).mapToInt(k -> Integer.parseInt(k) << 10).toArray();
  }

  private static int number(String[] arguments, int position, int otherwise) {
    return arguments.length > position ? Integer.parseInt(arguments[position]) : otherwise;
  }
}
