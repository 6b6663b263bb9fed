package org.fieldstream.server.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.Machines;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.flow.FlowModel;
import org.fieldstream.server.model.FlowFiles;
import org.fieldstream.server.model.ModelFileException;
import org.fieldstream.server.theory.Phi4;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.training.ModelImport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code models import}: serves weights that were trained in PyTorch. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Makes a model of an affine coupling flow trained in PyTorch (checkerboard masks,"
          + " arXiv 2101.08176).",
      "",
      "In Python, where layers is the ModuleList of coupling layers:",
      "  from safetensors.torch import save_file",
      "  save_file(dict(layers.state_dict()), \"flow.safetensors\")",
      "",
      "Tensors: LAYER.net.N.weight [out][in][kernel][kernel] and LAYER.net.N.bias [out], LAYER = 0,"
          + " 1, ..., N = 0, 2, 4, ..., F32 or F64. net is Conv2d, LeakyReLU(0.01), Conv2d, ...,"
          + " Tanh, with padding_mode='circular'; channel 0 out is s, 1 is t; even sites are"
          + " updated by even layers, phi -> phi exp(s) + t; the prior is standard normal.",
      "",
      "log q is computed along the map and back through its inverse, the ESS measured over 65,536"
          + " draws, and DIR/models/ID written; serve --data DIR serves it.",
      ""
    })
public final class ImportCommand implements Callable<Integer> {
  /** An ESS per draw below which weights are taken to be another target's. */
  private static final double SUSPICIOUS = 1e-3;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--safetensors",
      required = true,
      paramLabel = "FILE",
      description = "the weights")
  private Path file = Path.of("flow.safetensors");

  @Option(
      names = "--extents",
      required = true,
      split = "[x,]",
      description = "lattice, such as 8x8")
  private List<Integer> extents = List.of();

  @Option(
      names = "--coupling",
      required = true,
      description = "coupling as name=value, once for each: m2 and lambda, or kappa and lambda_h")
  private Map<String, Double> couplings = new LinkedHashMap<>();

  @Option(
      names = "--theory",
      defaultValue = "phi4",
      description = "theory (default: ${DEFAULT-VALUE})")
  private String theory = "phi4";

  @Option(names = "--id", required = true, paramLabel = "NAME", description = "id of the model")
  private String id = "";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "data",
      description = "data directory of the server (default: ${DEFAULT-VALUE})")
  private Path data = Path.of("data");

  @Option(names = "--replace", description = "take the place of a model of this id")
  private boolean replace;

  @Option(
      names = "--machine",
      defaultValue = "auto",
      description = "auto, vector, opencl[:N] or jtp (default: ${DEFAULT-VALUE})")
  private String machineName = "auto";

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Path directory = directory();
    Target target = target();
    if (!Files.isReadable(file)) {
      throw misused("--safetensors: " + file + " (expected: a file to read)", null);
    }
    String command = "models " + Invocation.of(spec);
    try (Machine machine = machine()) {
      ModelImport importer =
          new ModelImport(
              target,
              machine,
              line -> {
                out.println(line);
                out.flush();
              });
      FlowModel model = importer.run(file, id, command, directory);
      if (Double.parseDouble(model.facts().getOrDefault("ess_fraction", "0")) < SUSPICIOUS) {
        out.println(
            "hardly any draw counts: are these weights for "
                + theory
                + " "
                + couplings
                + ", with a tanh at the end and a standard normal prior?");
      }
      out.printf("written to %s; serve it with: serve --data %s%n", directory, data);
      out.flush();
      return 0;
    } catch (ModelFileException e) {
      spec.commandLine().getErr().println(e.getMessage());
      spec.commandLine().getErr().flush();
      return 1;
    }
  }

  private Path directory() {
    if (!Model.ID.matcher(id).matches()) {
      throw misused("--id: " + id + " (expected: a name that matches " + Model.ID + ")", null);
    }
    Path directory = data.resolve("models").resolve(id);
    if (!replace && Files.exists(directory.resolve(FlowFiles.DESCRIPTION))) {
      throw misused(
          "--id: " + id + " (expected: an id that is new in " + data + ", or --replace)", null);
    }
    return directory;
  }

  private Target target() {
    try {
      Target target = new Target(theory, extents, couplings);
      Phi4.of(target); // refuses what cannot be, before all else
      return target;
    } catch (IllegalArgumentException e) {
      throw misused(e.getMessage(), e);
    }
  }

  private Machine machine() {
    try {
      return Machines.open(machineName);
    } catch (IllegalArgumentException e) {
      throw misused(e.getMessage(), e);
    }
  }

  private ParameterException misused(@Nullable String message, @Nullable Throwable cause) {
    return new ParameterException(spec.commandLine(), message, cause);
  }
}
