package org.fieldstream.server.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.Machines;
import org.fieldstream.server.certify.Certificate;
import org.fieldstream.server.certify.Decision;
import org.fieldstream.server.certify.Demonstration;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.model.ModelStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ensembles demonstrate}: what certification refuses, and what it passes. */
@Command(
    name = "demonstrate",
    description =
        "Certifies an ensemble of random starts, 20 true ones, and flows with and without their"
            + " Metropolis step. Exits with 0 if the first is refused, and the true ones and the flows"
            + " with the step pass; UNDECIDED, for want of draws, is no pass.",
    mixinStandardHelpOptions = true)
public final class DemonstrateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--ensembles", description = "true ensembles (default: ${DEFAULT-VALUE})")
  private int ensembles = 20;

  @Option(
      names = "--flow",
      split = ",",
      paramLabel = "ID:N",
      description = "flow, and how many of its draws (default: ${DEFAULT-VALUE})")
  private List<String> flows =
      List.of(
          "phi4-continuous-16x16:2000", "phi4-continuous-16x16:8000", "phi4-continuous-32x32:2000");

  @Option(names = "--seed", description = "seed (default: ${DEFAULT-VALUE})")
  private long seed = 1;

  @Option(
      names = "--machine",
      defaultValue = "vector",
      description = "auto, vector, opencl[:N] or jtp (default: ${DEFAULT-VALUE})")
  private String machineName = "vector";

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (Machine machine = Machines.open(machineName)) {
      Demonstration demonstration =
          new Demonstration(machine, ModelStore.bundled(), c -> CertificateTable.printLine(out, c));
      boolean well = demonstration.randomStarts(seed).verdict() == Decision.Verdict.REFUSED;
      List<Certificate> exact = new ArrayList<>();
      for (int i = 0; i < ensembles; i++) {
        exact.add(demonstration.trueEnsemble(seed + i));
      }
      long passed = exact.stream().filter(c -> c.verdict() == Decision.Verdict.PASSED).count();
      out.printf("%d of %d true ensembles pass%n", passed, ensembles);
      out.flush();
      boolean corrected = true;
      for (String flow : flows) {
        String id = flow.substring(0, flow.indexOf(':'));
        int draws = Integer.parseInt(flow.substring(flow.indexOf(':') + 1));
        demonstration.flow(id, Exactness.RAW, seed, draws);
        Certificate exactly = demonstration.flow(id, Exactness.METROPOLIS, seed, draws);
        corrected &= exactly.verdict() == Decision.Verdict.PASSED;
      }
      return well && passed == ensembles && corrected ? 0 : 1;
    }
  }
}
