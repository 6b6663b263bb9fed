package org.fieldstream.server.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * All that was measured, for a person and for a program.
 *
 * @param host what it ran on
 * @param settings how long
 * @param rows by lattice
 */
public record BenchReport(Host host, Settings settings, List<BenchRow> rows) {
  private static final String HEAD = "%5s  %-6s %22s  %16s  %14s  %9s%n";

  public BenchReport {
    rows = List.copyOf(rows);
  }

  /** Prints the table. */
  public void print(PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%ncpu      %s, %d processors, load %.1f%s%njvm      %s%nmachine  %s%n",
        host.cpu(),
        host.processors(),
        host.load(),
        host.busy() ? " before the first turn: not a quiet machine" : "",
        host.jvm(),
        host.machine());
    out.printf(
        Locale.ROOT,
        "%nper CPU-second, median of %d turns (+- half their range); independent = draws x ESS/N,"
            + " or trajectories / (2 tau_int(m))%n%n",
        settings.rounds());
    out.printf(HEAD, "L", "", "configurations", "ESS/N, tau_int(m)", "independent", "flow is");
    for (BenchRow row : rows) {
      BenchRow.Flow flow = row.flow();
      line(
          out,
          String.valueOf(row.extent()),
          "flow",
          flow.rate(),
          String.format(Locale.ROOT, "%.4f", flow.ess()),
          flow.independent(),
          Double.NaN);
      chain(out, "hmc", row.hmc(), row.flowOverHmc());
      BenchRow.Chain peer = row.peer();
      if (peer != null) {
        chain(out, "peer", peer, row.flowOverPeer());
      }
    }
    out.println();
    for (BenchRow row : rows) {
      out.printf(
          Locale.ROOT,
          "L = %d: %s at m2 = %s, lambda = %s, ESS over %,d draws%n",
          row.extent(),
          row.model(),
          row.m2(),
          row.lambda(),
          row.flow().draws());
      out.printf("  hmc: %s%n", row.hmc().choice());
      BenchRow.Chain peer = row.peer();
      if (peer != null) {
        out.printf("  peer: %s%n", peer.choice());
      }
    }
    out.flush();
  }

  private static void chain(PrintWriter out, String name, BenchRow.Chain chain, double ratio) {
    String tau =
        Double.isNaN(chain.tauIntError())
            ? String.format(Locale.ROOT, "%.1f", chain.tauInt())
            : String.format(Locale.ROOT, "%.1f +- %.1f", chain.tauInt(), chain.tauIntError());
    line(out, "", name, chain.rate(), tau, chain.independent(), ratio);
  }

  private static void line(
      PrintWriter out,
      String extent,
      String name,
      Rate rate,
      String quality,
      double independent,
      double ratio) {
    out.printf(
        Locale.ROOT,
        HEAD,
        extent,
        name,
        String.format(Locale.ROOT, "%,.0f +- %.0f %%", rate.perCpuSecond(), 100 * rate.spread()),
        quality,
        String.format(Locale.ROOT, independent < 100 ? "%.1f" : "%,.0f", independent),
        Double.isNaN(ratio) ? "" : String.format(Locale.ROOT, "x %.3g", ratio));
  }

  /** The same numbers as JSON. */
  public String json() {
    ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    ObjectNode root = mapper.createObjectNode();
    root.set("host", mapper.valueToTree(host));
    root.set("settings", mapper.valueToTree(settings));
    for (BenchRow row : rows) {
      ObjectNode node = root.withArrayProperty("rows").addObject();
      node.put("model", row.model());
      node.put("extent", row.extent());
      node.put("m2", row.m2());
      node.put("lambda", row.lambda());
      ObjectNode flow = node.putObject("flow");
      flow.set("draws_per_cpu_second", mapper.valueToTree(row.flow().rate()));
      flow.put("ess_fraction", row.flow().ess());
      flow.put("draws", row.flow().draws());
      flow.put("independent_per_cpu_second", row.flow().independent());
      put(mapper, node, "hmc", row.hmc(), row.flowOverHmc());
      put(mapper, node, "peer", row.peer(), row.flowOverPeer());
    }
    try {
      return mapper.writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("report: cannot be written as JSON", e);
    }
  }

  private static void put(
      ObjectMapper mapper,
      ObjectNode row,
      String name,
      BenchRow.@Nullable Chain chain,
      double ratio) {
    if (chain != null) {
      ObjectNode node = row.putObject(name);
      node.set("trajectories_per_cpu_second", mapper.valueToTree(chain.rate()));
      node.put("tau_int_m", chain.tauInt());
      if (!Double.isNaN(chain.tauIntError())) {
        node.put("tau_int_m_error", chain.tauIntError());
      }
      node.put("choice", chain.choice());
      node.put("independent_per_cpu_second", chain.independent());
      row.put("flow_over_" + name, ratio);
    }
  }
}
