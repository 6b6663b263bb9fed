package org.fieldstream.server.testing;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.fieldstream.v1.SubscribeResponse;

/**
 * All that a stream says about its configurations, end to end, whatever its messages were.
 *
 * @param fields bytes of all fields
 * @param action S of each
 * @param logWeight -S - log q of each; empty where there is none
 * @param accepted the verdict on each; empty where there is none
 * @param observables values by name
 * @param denoising bytes of all fields on their way out of noise; empty where none came
 */
public record Content(
    ByteString fields,
    List<Double> action,
    List<Double> logWeight,
    List<Boolean> accepted,
    Map<String, List<Double>> observables,
    ByteString denoising) {

  /** Of the messages of a stream, in order. */
  public static Content of(List<SubscribeResponse> messages) {
    ByteArrayOutputStream fields = new ByteArrayOutputStream();
    ByteArrayOutputStream denoising = new ByteArrayOutputStream();
    Content content =
        new Content(
            ByteString.EMPTY,
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>(),
            new TreeMap<>(),
            ByteString.EMPTY);
    for (SubscribeResponse message : messages) {
      fields.writeBytes(message.getFields().toByteArray());
      denoising.writeBytes(message.getDenoising().getFields().toByteArray());
      content.action.addAll(message.getActionList());
      content.logWeight.addAll(message.getLogWeightList());
      content.accepted.addAll(message.getAcceptedList());
      message
          .getObservablesMap()
          .forEach(
              (name, series) ->
                  content
                      .observables
                      .computeIfAbsent(name, n -> new ArrayList<>())
                      .addAll(series.getValuesList()));
    }
    return new Content(
        ByteString.copyFrom(fields.toByteArray()),
        content.action,
        content.logWeight,
        content.accepted,
        content.observables,
        ByteString.copyFrom(denoising.toByteArray()));
  }

  /** The configurations alone. */
  public Content withoutDenoising() {
    return new Content(fields, action, logWeight, accepted, observables, ByteString.EMPTY);
  }

  /** What differs, by name: a whole stream in a failure message would be unreadable. */
  public List<String> difference(Content other) {
    List<String> names = new ArrayList<>();
    note(names, "fields", fields.equals(other.fields));
    note(names, "action", action.equals(other.action));
    note(names, "log_weight", logWeight.equals(other.logWeight));
    note(names, "accepted", accepted.equals(other.accepted));
    note(names, "observables", observables.equals(other.observables));
    note(names, "denoising", denoising.equals(other.denoising));
    return names;
  }

  private static void note(List<String> names, String name, boolean same) {
    if (!same) {
      names.add(name);
    }
  }
}
