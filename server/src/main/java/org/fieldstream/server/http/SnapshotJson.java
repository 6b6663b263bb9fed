package org.fieldstream.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.fieldstream.monitoring.meters.SeriesEstimate;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.live.DenoisingPicture;
import org.fieldstream.server.live.FieldPicture;
import org.fieldstream.server.live.StreamView;
import org.fieldstream.server.live.Trace;
import org.fieldstream.server.session.StreamPlan;

/**
 * A snapshot as the page reads it. Numbers have six significant digits, more than a screen shows;
 * what is not known, or not finite, is null.
 */
final class SnapshotJson {
  /** Cells are told in 127ths of the largest, as signed bytes; this one is not finite. */
  static final byte NOT_FINITE = -128;

  private static final int STEPS = 127;
  private static final MathContext DIGITS = new MathContext(6);
  private static final ObjectMapper JSON = new ObjectMapper();

  private SnapshotJson() {}

  /**
   * The text of a snapshot, one line.
   *
   * @param running streams that run, shown or not
   */
  static String of(ServerFacts server, int running, List<StreamView> streams) {
    ObjectNode root = JSON.createObjectNode();
    root.set("server", server(server, running));
    ArrayNode array = root.putArray("streams");
    ArrayNode alarms = root.putArray("alarms");
    for (StreamView stream : streams) {
      array.add(stream(stream));
      for (Notice notice : Notices.of(stream)) {
        alarms
            .addObject()
            .put("stream", notice.stream())
            .put("name", notice.name())
            .put("text", notice.text())
            .put("remedy", notice.remedy());
      }
    }
    try {
      return JSON.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "snapshot: not written (expected: a tree of plain values)", e);
    }
  }

  private static ObjectNode server(ServerFacts facts, int running) {
    ObjectNode node = JSON.createObjectNode();
    node.put("ready", facts.ready());
    node.put("machine", facts.machine());
    node.put("grpcPort", facts.grpcPort());
    number(node, "uptimeSeconds", facts.uptimeSeconds());
    node.put("running", running);
    node.put("subscriptions", facts.subscriptions());
    node.put("maxSubscriptions", facts.maxSubscriptions());
    node.put("heldBytes", facts.heldBytes());
    node.put("maxHeldBytes", facts.maxHeldBytes());
    node.put("bytesPerSubscription", facts.bytesPerSubscription());
    node.put("command", facts.command());
    return node;
  }

  private static ObjectNode stream(StreamView view) {
    StreamPlan plan = view.plan();
    ObjectNode node = JSON.createObjectNode();
    node.put("number", view.number());
    node.put("model", plan.model().id());
    node.put("generator", plan.model().generator());
    node.put("theory", plan.target().theory());
    plan.target().extents().forEach(node.putArray("extents")::add);
    ObjectNode couplings = node.putObject("couplings");
    new TreeMap<>(plan.target().couplings())
        .forEach((name, value) -> number(couplings, name, value));
    node.put("pictured", plan.theory().picture());
    node.put("exactness", plan.exactness().name().toLowerCase(Locale.ROOT));
    node.put("machine", plan.binding().machine().name().toLowerCase(Locale.ROOT));
    node.put("seed", Long.toUnsignedString(plan.seed()));
    node.put("chains", view.chains());
    node.put("first", plan.first());
    if (plan.end() < StreamPlan.MAX_INDEX) {
      node.put("end", plan.end());
    } else {
      node.putNull("end");
    }
    number(node, "ageSeconds", view.ageSeconds());
    node.put("configurations", view.configurations());
    number(node, "perSecond", view.perSecond());
    number(node, "acceptance", acceptance(view));
    number(node, "essRatio", view.essRatio());
    node.put("essDraws", view.essDraws());
    node.put("followed", view.followed());
    node.put("heldBytes", view.heldBytes());
    node.put("unsentBytes", view.unsentBytes());
    number(node, "waitingSeconds", view.waitingSeconds());
    observables(node.putArray("observables"), plan.theory().observables(), view.estimates());
    if (view.field() == null) {
      node.putNull("field");
    } else {
      node.set("field", field(view.field()));
    }
    if (view.denoising() == null) {
      node.putNull("denoising");
    } else {
      denoising(node.putObject("denoising"), view.denoising());
    }
    trace(node.putObject("trace"), view);
    return node;
  }

  /** Accepted over proposed; NaN where nothing is rejected. */
  private static double acceptance(StreamView view) {
    Exactness exactness = view.plan().exactness();
    boolean judged = exactness == Exactness.METROPOLIS || exactness == Exactness.LANGEVIN_ADJUSTED;
    return judged ? (double) view.accepted() / view.configurations() : Double.NaN;
  }

  private static void observables(
      ArrayNode array, List<String> names, List<SeriesEstimate> estimates) {
    for (int k = 0; k < estimates.size(); k++) {
      SeriesEstimate estimate = estimates.get(k);
      ObjectNode node = array.addObject();
      node.put("name", names.get(k));
      number(node, "mean", estimate.mean());
      number(node, "error", estimate.error());
      number(node, "tauInt", estimate.tauInt());
      number(node, "tauIntError", estimate.tauIntError());
      number(node, "rHat", estimate.rHat());
      node.put("n", estimate.n());
    }
  }

  private static ObjectNode field(FieldPicture picture) {
    float largest = 0;
    for (float cell : picture.cells()) {
      if (Float.isFinite(cell)) {
        largest = Math.max(largest, Math.abs(cell));
      }
    }
    byte[] steps = new byte[picture.cells().length];
    for (int k = 0; k < steps.length; k++) {
      float cell = picture.cells()[k];
      steps[k] =
          !Float.isFinite(cell)
              ? NOT_FINITE
              : largest == 0 ? 0 : (byte) Math.round(cell / largest * STEPS);
    }
    ObjectNode node = JSON.createObjectNode();
    node.put("index", picture.index());
    node.put("rows", picture.rows());
    node.put("columns", picture.columns());
    node.put("rowSites", picture.rowSites());
    node.put("columnSites", picture.columnSites());
    number(node, "largest", largest);
    node.put("cells", Base64.getEncoder().encodeToString(steps));
    return node;
  }

  private static void denoising(ObjectNode node, DenoisingPicture picture) {
    node.put("sent", picture.sent());
    ArrayNode levels = node.putArray("levels");
    for (int k = 0; k < picture.levels().size(); k++) {
      ObjectNode level = field(picture.levels().get(k));
      number(level, "sigma", picture.sigmas().get(k));
      levels.add(level);
    }
  }

  private static void trace(ObjectNode node, StreamView view) {
    node.put("name", view.tracedName());
    ArrayNode index = node.putArray("index");
    ArrayNode value = node.putArray("value");
    for (Trace.Point point : view.trace()) {
      index.add(point.index());
      if (Double.isFinite(point.value())) {
        value.add(rounded(point.value()));
      } else {
        value.addNull();
      }
    }
  }

  private static void number(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, rounded(value));
    } else {
      node.putNull(name);
    }
  }

  private static double rounded(double value) {
    return new BigDecimal(value).round(DIGITS).doubleValue();
  }
}
