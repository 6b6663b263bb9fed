package org.fieldstream.server.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** How a command was called, for records of what it made. */
final class Invocation {
  private Invocation() {}

  /** The command's name and its arguments; picocli hands out those of the whole program. */
  static String of(CommandSpec spec) {
    List<String> all = spec.commandLine().getParseResult().originalArgs();
    List<String> own = all.subList(all.indexOf(spec.name()) + 1, all.size());
    return spec.name() + " " + String.join(" ", own);
  }
}
