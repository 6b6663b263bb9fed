package org.fieldstream.server.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.Machines;
import org.fieldstream.server.certify.Certificate;
import org.fieldstream.server.certify.CertificateFile;
import org.fieldstream.server.certify.CertificationPlan;
import org.fieldstream.server.certify.CertificationTask;
import org.fieldstream.server.certify.Certifier;
import org.fieldstream.server.certify.Decision;
import org.fieldstream.server.certify.Subject;
import org.fieldstream.server.ensemble.EnsembleStore;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.model.DescriptionNotes;
import org.fieldstream.server.model.FlowFiles;
import org.fieldstream.server.model.ModelDescription;
import org.fieldstream.server.model.ModelStore;
import org.fieldstream.server.theory.Target;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ensembles certify}: does an ensemble, or a stream, follow exp(-S)? */
@Command(
    name = "certify",
    description = "Tests whether an ensemble, or what a model streams, follows exp(-S).",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Schwinger-Dyson identities, stationarity under an exact Markov kernel, symmetries; one"
          + " decision at 3 sigma, and the biases that it would have seen. Kept as certificate.json"
          + " beside the ensemble, or in the model.json of a model of the data directory. Exit code 0:"
          + " passed; 1: refused or undecided.",
      ""
    })
public final class CertifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "NAME", arity = "0..1", description = "a stored ensemble")
  private @Nullable String ensemble;

  @Option(names = "--model", paramLabel = "ID", description = "a model instead, its stream")
  private @Nullable String model;

  @Option(names = "--exactness", description = "of the stream: ${COMPLETION-CANDIDATES}")
  private @Nullable Exactness exactness;

  @Option(
      names = "--theory",
      defaultValue = "phi4",
      description = "theory, for models of any target (default: ${DEFAULT-VALUE})")
  private String theory = "phi4";

  @Option(names = "--extents", split = "[x,]", description = "lattice, for models of any target")
  private List<Integer> extents = List.of();

  @Option(names = "--coupling", description = "coupling as name=value, for models of any target")
  private Map<String, Double> couplings = new LinkedHashMap<>();

  @Option(
      names = {"-n", "--configurations"},
      description = "how many to test (default: up to 16384 of an ensemble, 4096 of a stream)")
  private int configurations;

  @Option(names = "--seed", description = "seed of stream and kernel (default: ${DEFAULT-VALUE})")
  private long seed = 1;

  @Option(
      names = "--kernel",
      defaultValue = "mixing",
      description = "mixing or hmc (default: ${DEFAULT-VALUE})")
  private String kernel = "mixing";

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
  public Integer call() {
    if ((ensemble == null) == (model == null)) {
      throw new ParameterException(
          spec.commandLine(),
          "subject: "
              + (model == null ? "none" : "two")
              + " (expected: the NAME of an ensemble, or --model ID)");
    }
    PrintWriter out = spec.commandLine().getOut();
    try (Machine machine = Machines.open(machineName);
        EnsembleStore store = EnsemblesCommand.store(data)) {
      Certificate certificate =
          ensemble != null
              ? ofEnsemble(store, ensemble, machine)
              : ofModel(String.valueOf(model), machine, out);
      CertificateTable.print(out, certificate);
      return certificate.verdict() == Decision.Verdict.PASSED ? 0 : 1;
    }
  }

  private Certificate ofEnsemble(EnsembleStore store, String name, Machine machine) {
    CertificationPlan plan = plan(CertificationPlan.OF_ENSEMBLE);
    Subject subject = Certifier.ensemble(store.find(name), plan.configurations());
    Certificate certificate = CertificationTask.now(subject, plan, machine);
    store.keepCertificate(name, CertificateFile.write(certificate));
    return certificate;
  }

  private Certificate ofModel(String id, Machine machine, PrintWriter out) {
    CertificationPlan plan = plan(CertificationPlan.OF_STREAM);
    Target target = extents.isEmpty() ? null : new Target(theory, extents, couplings);
    Subject subject =
        Certifier.stream(ModelStore.load(data), id, target, exactness, seed, plan.configurations());
    Certificate certificate = CertificationTask.now(subject, plan, machine);
    Path directory = data.resolve("models").resolve(id);
    if (Files.exists(directory.resolve(FlowFiles.DESCRIPTION))) {
      DescriptionNotes.certify(
          directory,
          certificate.exactness().name(),
          new ModelDescription.Certified(
              certificate.verdict().name(),
              certificate.sigmas(),
              certificate.configurations(),
              certificate.sentence(),
              certificate.time()));
      out.printf("noted in %s%n", directory.resolve(FlowFiles.DESCRIPTION));
    }
    return certificate;
  }

  private CertificationPlan plan(int usual) {
    return new CertificationPlan(configurations == 0 ? usual : configurations, seed, kernel);
  }
}
