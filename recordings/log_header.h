// What a log says about itself before its first event: who wrote it, what is traded, where it came from.
// Plain data and its encoding; never touches a file.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/instrument.h"
#include "engine/core/result.h"
#include "recordings/log_format.h"

namespace lockstep::recordings {

enum class LogKind { recording, journal };

// Attribute keys with a meaning; any other key is free.
inline constexpr std::string_view kAttributeSource = "source";  ///< recording: KIND:PATH it was made from
inline constexpr std::string_view kAttributeScenario =
    "scenario";  ///< journal: the scenario as resolved, TOML
inline constexpr std::string_view kAttributeRecordingName =
    "recording.name";  ///< journal: file name of its input
inline constexpr std::string_view kAttributeRecordingHash =
    "recording.content_hash";  ///< journal: 16 hex digits
inline constexpr std::string_view kAttributeRecordingFrom =
    "recording.from_ts_ns";  ///< journal: range that was read
inline constexpr std::string_view kAttributeRecordingTo = "recording.to_ts_ns";  ///< journal: exclusive

struct LogHeader {
  LogKind kind = LogKind::recording;
  std::string program_version;
  std::vector<Instrument> instruments;
  std::map<std::string, std::string, std::less<>> attributes;

  friend bool operator==(const LogHeader&, const LogHeader&) = default;
};

/// The payload of the file header: one Cap'n Proto message with the schema's text in it. Equal headers, equal
/// bytes.
std::vector<std::byte> encode_header(const LogHeader& header);

/// Reads it back; `where` names the file in errors. An instrument that fails validation is an error.
Result<LogHeader> decode_header(Bytes payload, const std::string& where);

/// The schema that the file carries, as text.
Result<std::string> decode_schema_text(Bytes payload, const std::string& where);

}  // namespace lockstep::recordings
