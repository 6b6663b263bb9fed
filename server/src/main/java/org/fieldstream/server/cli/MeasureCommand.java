package org.fieldstream.server.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.Machines;
import org.fieldstream.server.generator.flow.FlowModel;
import org.fieldstream.server.model.FactKeys;
import org.fieldstream.server.model.ModelFileException;
import org.fieldstream.server.training.Remeasurement;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code models measure}: what a model is worth, measured anew. */
@Command(
    name = "measure",
    mixinStandardHelpOptions = true,
    description = {
      "Measures ESS, acceptance and burn-in of models over 65,536 draws and notes them in their"
          + " model.json, as training does at its end.",
      "Diffusion models of U(1) are measured by train only.",
      "The draws stay as they are; with another burn-in a METROPOLIS stream starts elsewhere, and"
          + " the model's digest changes."
    })
public final class MeasureCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(arity = "1..*", paramLabel = "DIR", description = "model directories")
  private List<Path> directories = List.of();

  @Option(
      names = "--machine",
      defaultValue = "auto",
      description = "auto, vector, opencl[:N] or jtp (default: ${DEFAULT-VALUE})")
  private String machineName = "auto";

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (Machine machine = machine()) {
      for (Path directory : directories) {
        FlowModel model = Remeasurement.run(directory, machine);
        out.printf(
            Locale.ROOT,
            "%s: ESS/N %s, acceptance %s, burn-in %d%n",
            model.id(),
            model.facts().get(FactKeys.ESS_FRACTION),
            model.facts().get(FactKeys.ACCEPTANCE),
            model.burnIn());
        out.flush();
      }
      return 0;
    } catch (ModelFileException e) {
      spec.commandLine().getErr().println(e.getMessage());
      spec.commandLine().getErr().flush();
      return 1;
    }
  }

  private Machine machine() {
    try {
      return Machines.open(machineName);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
