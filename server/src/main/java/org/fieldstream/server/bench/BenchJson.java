package org.fieldstream.server.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A report as JSON, every number of the table and every round. */
public final class BenchJson {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private BenchJson() {}

  /** The text; ends with a line break. */
  public static String of(BenchReport report) {
    ObjectNode root = MAPPER.createObjectNode();
    root.set("host", MAPPER.valueToTree(report.host()));
    root.set("settings", MAPPER.valueToTree(report.settings()));
    for (LatticeRows lattice : report.lattices()) {
      ObjectNode node = root.withArrayProperty("lattices").addObject();
      node.put("extent", lattice.target().extent());
      node.put("theory", lattice.target().theory());
      lattice.target().target().couplings().forEach(node::put);
      node.put("verdict", Verdict.of(lattice));
      for (BenchRow row : lattice.rows()) {
        put(node.withArrayProperty("rows").addObject(), row);
      }
      Likeness same = lattice.likeness();
      if (same != null) {
        ObjectNode likeness = node.putObject("algorithm_of_peer_here");
        likeness.put("leapfrog_steps", same.steps());
        put(likeness, "trajectories_per_cpu_second", same.rate());
        put(likeness, "over_peer", same.ratio());
        likeness.put("acceptance", same.acceptance());
      }
    }
    try {
      return MAPPER.writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("report: cannot be written as JSON", e);
    }
  }

  private static void put(ObjectNode node, BenchRow row) {
    node.put("name", row.name());
    node.put("kind", row.kind().name().toLowerCase(java.util.Locale.ROOT));
    put(node, "samples_per_cpu_second", row.rate());
    if (row.quality() instanceof Quality.Ess ess) {
      node.put("ess_fraction", ess.ratio());
      put(node, "ess_fraction_error", ess.error());
      node.put("draws", ess.draws());
    } else if (row.quality() instanceof Quality.TwoTau tau) {
      put(node, "two_tau_int", tau.twice());
      put(node, "two_tau_int_error", tau.error());
      node.put("slowest_observable", tau.observable());
    }
    Corrected chain = row.corrected();
    if (chain != null) {
      ObjectNode metropolis = node.putObject("metropolis");
      metropolis.put("acceptance", chain.acceptance());
      put(metropolis, "two_tau_int", chain.slowest().twice());
      put(metropolis, "two_tau_int_error", chain.slowest().error());
      metropolis.put("slowest_observable", chain.slowest().observable());
    }
    put(node, "independent_per_cpu_second", row.independent());
    put(node, "independent_error", row.independent() * row.relativeError());
    if (!Double.isNaN(row.startSeconds())) {
      node.put("start_cpu_seconds", row.startSeconds());
    }
    node.put("choice", row.choice());
  }

  /** JSON has no number for what is not known: null. */
  private static void put(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, value);
    } else {
      node.putNull(name);
    }
  }

  private static void put(ObjectNode node, String name, Rate rate) {
    ObjectNode object = node.putObject(name);
    object.put("median", rate.median());
    put(object, "error", rate.median() * rate.relativeError());
    rate.rounds().forEach(object.putArray("rounds")::add);
  }
}
