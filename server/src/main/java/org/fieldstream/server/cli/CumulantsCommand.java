package org.fieldstream.server.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.Machines;
import org.fieldstream.server.cumulant.CumulantPlot;
import org.fieldstream.server.cumulant.CumulantRow;
import org.fieldstream.server.cumulant.CumulantStudy;
import org.fieldstream.server.cumulant.CumulantText;
import org.fieldstream.server.ensemble.EnsembleStore;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.diffusion.Denoising;
import org.fieldstream.server.generator.flow.FlowModel;
import org.fieldstream.server.model.ModelStore;
import org.fieldstream.server.training.StoredEnsemble;
import org.fieldstream.server.training.TrainingSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code cumulants}: higher cumulants of the field through a diffusion process, both ways. */
@Command(
    name = "cumulants",
    description =
        "Cumulants of order 2, 4 and 6 of the field at a site and of the zero mode, while noise is"
            + " added to an ensemble and while a diffusion model takes it out again.",
    mixinStandardHelpOptions = true)
public final class CumulantsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--model", required = true, paramLabel = "ID", description = "diffusion model")
  private String model = "";

  @Option(names = "--ensemble", paramLabel = "NAME", description = "stored ensemble")
  private @Nullable String ensemble;

  @Option(
      names = "--from",
      paramLabel = "CHAIN",
      description = "cluster or hmc, where no ensemble is named (default: cluster)")
  private String from = "cluster";

  @Option(
      names = {"-n", "--configurations"},
      description = "of the ensemble, and draws of the model (default: ${DEFAULT-VALUE})")
  private int configurations = 4096;

  @Option(
      names = "--every",
      description = "looks at one of so many steps of the flow (default: ${DEFAULT-VALUE})")
  private int every = 2;

  @Option(names = "--csv", paramLabel = "FILE", description = "writes the numbers there")
  private @Nullable Path csv;

  @Option(names = "--plot", paramLabel = "FILE", description = "draws them there, as SVG")
  private @Nullable Path plot;

  @Option(names = "--seed", description = "seed (default: ${DEFAULT-VALUE})")
  private long seed = 1;

  @Option(
      names = "--data",
      defaultValue = "data",
      paramLabel = "DIR",
      description = "data directory (default: ${DEFAULT-VALUE})")
  private Path data = Path.of("data");

  @Option(
      names = "--machine",
      defaultValue = "auto",
      description = "auto, vector, opencl[:N] or jtp (default: ${DEFAULT-VALUE})")
  private String machineName = "auto";

  @Override
  public Integer call() throws IOException {
    Model found =
        ModelStore.load(data)
            .find(model)
            .orElseThrow(() -> wrong("--model: " + model + " (expected: a known model)"));
    if (!(found instanceof FlowModel flow)) {
      throw wrong("--model: " + model + " (expected: a diffusion model, of form score)");
    }
    List<CumulantRow> rows;
    try (Machine machine = Machines.open(machineName);
        EnsembleStore store = EnsemblesCommand.store(data);
        Denoising denoising = new Denoising(flow, every, machine)) {
      String stored = ensemble;
      TrainingSet.Source source =
          stored == null
              ? TrainingSet.drawn(
                  DiffusionOptions.chain(from), flow.target(), seed, configurations, 5)
              : TrainingSet.stored(
                  StoredEnsemble.find(store, stored, flow.target()), configurations);
      TrainingSet set = source.get(machine);
      rows = CumulantStudy.run(set.fields(), set.count(), denoising, seed);
    }
    PrintWriter out = spec.commandLine().getOut();
    CumulantText.table(rows, out);
    Path numbers = csv;
    if (numbers != null) {
      Files.writeString(numbers, CumulantText.csv(rows));
    }
    Path picture = plot;
    if (picture != null) {
      Files.writeString(picture, CumulantPlot.svg("Cumulants of " + model, rows));
    }
    return 0;
  }

  private ParameterException wrong(String sentence) {
    return new ParameterException(spec.commandLine(), sentence);
  }
}
