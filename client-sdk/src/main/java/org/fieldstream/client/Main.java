package org.fieldstream.client;

import java.io.PrintWriter;
import org.fieldstream.client.cli.FieldstreamCommand;

/** Entry point of {@code fieldstream-client.jar}. */
public final class Main {
  private Main() {}

  /**
   * Runs one command and exits with its status: 0 for success, 1 for a failure, 2 for wrong
   * arguments.
   */
  public static void main(String[] args) {
    System.exit(
        FieldstreamCommand.execute(
            new PrintWriter(System.out, true), new PrintWriter(System.err, true), args));
  }
}
