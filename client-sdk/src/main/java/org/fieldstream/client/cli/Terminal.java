package org.fieldstream.client.cli;

import java.io.Console;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;

/** Where output goes, and whether a person is looking. */
final class Terminal {
  private Terminal() {}

  /** Whether standard input and output are a terminal. */
  static boolean isInteractive() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      // From JDK 22 on there is always a console, and it says itself whether it is a terminal.
      return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (IllegalAccessException | InvocationTargetException e) {
      return false;
    }
  }

  /**
   * Progress as fits the place.
   *
   * @param task what is being done
   * @param total how much there is to do, 0 where there is no end
   * @param unit what is counted
   * @param plain where lines go if no terminal is there
   */
  static Progress progress(String task, long total, String unit, PrintWriter plain) {
    PrintStream stderr = System.err;
    return isInteractive()
        ? new TerminalProgress(task, total, stderr)
        : new PlainProgress(task, total, unit, plain, System::nanoTime);
  }
}
