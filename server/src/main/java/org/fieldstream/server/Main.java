package org.fieldstream.server;

import org.fieldstream.kernels.machine.MachineException;
import org.fieldstream.kernels.machine.Machines;
import org.fieldstream.server.cli.AnnealCommand;
import org.fieldstream.server.cli.Backends;
import org.fieldstream.server.cli.BenchCommand;
import org.fieldstream.server.cli.CumulantsCommand;
import org.fieldstream.server.cli.EnsemblesCommand;
import org.fieldstream.server.cli.ModelsCommand;
import org.fieldstream.server.cli.ServeCommand;
import org.fieldstream.server.cli.TrainCommand;
import org.fieldstream.server.cli.VerifyCommand;
import org.fieldstream.server.config.ConfigException;
import org.fieldstream.server.ensemble.EnsembleFileException;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.model.ModelFileException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The server program. */
@Command(
    name = "fieldstream-server",
    description = "Streams exact lattice-field configurations.",
    mixinStandardHelpOptions = true,
    version = "fieldstream-server 0.1.0",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ServeCommand.class,
      TrainCommand.class,
      ModelsCommand.class,
      EnsemblesCommand.class,
      CumulantsCommand.class,
      HelpCommand.class
    })
public final class Main {
  private Main() {}

  /** Runs a command and exits with its code: 0 well, 1 failed, 2 misused. */
  public static void main(String[] arguments) {
    if (!Relaunch.isVectorModuleThere()) {
      System.exit(Relaunch.withVectorModule(Main.class, arguments));
    }
    Relaunch.endWithParent();
    System.exit(commandLine().execute(arguments));
  }

  /** The program's command line. */
  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .addSubcommand(new VerifyCommand(Machines::open, Backends::models))
        .addSubcommand(new BenchCommand(Backends::models))
        .addSubcommand(new AnnealCommand(Machines::open, Backends::models))
        .setParameterExceptionHandler(Main::misused)
        .setExecutionExceptionHandler(Main::explain);
  }

  private static int misused(ParameterException misuse, String[] arguments) {
    CommandLine command = misuse.getCommandLine();
    command.getErr().println(command.getColorScheme().errorText(misuse.getMessage()));
    command.getErr().println("try: " + command.getCommandSpec().qualifiedName() + " --help");
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  /** What a person can mend is told in a sentence; all else is our fault and logged in full. */
  private static int explain(Exception failure, CommandLine command, ParseResult parsed) {
    if (failure instanceof ConfigException
        || failure instanceof MachineException
        || failure instanceof ServiceException
        || failure instanceof ModelFileException
        || failure instanceof EnsembleFileException
        || failure instanceof IllegalArgumentException) {
      command.getErr().println(command.getColorScheme().errorText(failure.getMessage()));
    } else {
      Logger log = LoggerFactory.getLogger(Main.class);
      log.error("{} failed", command.getCommandName(), failure);
    }
    return 1;
  }
}
