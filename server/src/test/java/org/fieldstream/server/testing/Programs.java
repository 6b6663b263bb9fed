package org.fieldstream.server.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Programs of other languages, where they are installed. */
public final class Programs {
  private Programs() {}

  /**
   * How a program ended.
   *
   * @param code its exit status; 127 where it could not be started
   * @param out what it said on its output and its error output
   */
  public record Ran(int code, String out) {}

  /** Runs a program in a directory. */
  public static Ran run(Path directory, List<String> command) throws InterruptedException {
    return run(directory, Map.of(), command);
  }

  /** Runs a program in a directory with more in its environment. */
  public static Ran run(Path directory, Map<String, String> environment, List<String> command)
      throws InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Ran(process.waitFor(), out);
    } catch (IOException e) {
      return new Ran(127, String.valueOf(e.getMessage()));
    }
  }

  /** A Python that has these modules. */
  public static Optional<String> python(Path directory, String modules)
      throws InterruptedException {
    for (String python : List.of("python3", "/usr/bin/python3")) {
      if (run(directory, List.of(python, "-c", "import " + modules)).code() == 0) {
        return Optional.of(python);
      }
    }
    return Optional.empty();
  }
}
