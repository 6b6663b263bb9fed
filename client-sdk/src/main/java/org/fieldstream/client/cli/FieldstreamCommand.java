package org.fieldstream.client.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.fieldstream.client.sdk.FieldstreamException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The root of the command line; it has no work of its own. */
@Command(
    name = "fieldstream-client",
    mixinStandardHelpOptions = true,
    versionProvider = FieldstreamCommand.Version.class,
    description = "Streams lattice-field configurations from a Fieldstream server.",
    subcommands = {
      SubscribeCommand.class,
      ModelsCommand.class,
      TrainCommand.class,
      DeleteCommand.class,
      RecordCommand.class,
      WatchCommand.class,
      DemoCommand.class
    },
    synopsisSubcommandLabel = "COMMAND")
public final class FieldstreamCommand {
  /** Wrong arguments, as the client or the server found them. */
  static final int USAGE = 2;

  /** Anything else that went wrong. */
  static final int FAILURE = 1;

  /**
   * Runs one command.
   *
   * @param out for results
   * @param err for progress and messages
   * @return exit status: 0 for success, 1 for a failure, 2 for wrong arguments
   */
  public static int execute(PrintWriter out, PrintWriter err, String... args) {
    CommandLine commandLine =
        new CommandLine(new FieldstreamCommand())
            .setOut(out)
            .setErr(err)
            .setUsageHelpAutoWidth(true)
            .setParameterExceptionHandler(FieldstreamCommand::wrongArguments)
            .setExecutionExceptionHandler(FieldstreamCommand::failed);
    if (args.length == 0) {
      commandLine.usage(err);
      return USAGE;
    }
    int status = commandLine.execute(args);
    out.flush();
    err.flush();
    return status;
  }

  private static int wrongArguments(CommandLine.ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    command.getErr().println("error: " + e.getMessage());
    command.getErr().println("try: " + command.getCommandSpec().qualifiedName() + " --help");
    return USAGE;
  }

  private static int failed(Exception e, CommandLine command, CommandLine.ParseResult parseResult) {
    Throwable cause = e;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    command.getErr().println("error: " + sentence(cause));
    return status(cause);
  }

  private static int status(Throwable cause) {
    if (cause instanceof FieldstreamException) {
      return switch (((FieldstreamException) cause).status()) {
        case INVALID_ARGUMENT, NOT_FOUND, OUT_OF_RANGE -> USAGE;
        default -> FAILURE;
      };
    }
    return cause instanceof IllegalArgumentException ? USAGE : FAILURE;
  }

  private static String sentence(Throwable cause) {
    if (cause instanceof FieldstreamException) {
      return ((FieldstreamException) cause).status().name() + ": " + cause.getMessage();
    }
    if (cause instanceof IllegalArgumentException && cause.getMessage() != null) {
      return cause.getMessage();
    }
    if (cause instanceof IOException || cause instanceof UncheckedIOException) {
      // The file system's own exceptions often say no more than a file name.
      String name = cause.getClass().getSimpleName().replaceFirst("(FileSystem)?Exception$", "");
      return cause.getClass() == IOException.class
          ? String.valueOf(cause.getMessage())
          : name + ": " + cause.getMessage();
    }
    return cause.toString();
  }

  /** The client's version; {@code development} outside its jar. */
  static String version() {
    String version = FieldstreamCommand.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /** For {@code --version}. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"fieldstream-client " + version()};
    }
  }
}
