package org.fieldstream.client;

/** Entry point of {@code fieldstream-client.jar}. */
public final class Main {
  private Main() {}

  /**
   * Runs one command and exits with its status: 0 for success, 1 for a failure, 2 for wrong
   * arguments.
   */
  public static void main(String[] args) {
    System.exit(0);
  }
}
