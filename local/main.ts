console.log("nothing to start yet");
