// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAIModelTrainingV2} from "../../../src/IAIModelTrainingV2.sol";
import {vm} from "../../Vm.sol";
import {RevertingWallet} from "../../receivers/Receivers.sol";
import {EscrowTestV2} from "../EscrowTestV2.sol";

contract RejectAdapterV2Test is EscrowTestV2 {
    function test_given_an_ended_job_it_reverts() external {
        uint256 jobId = createClosedJob();
        vm.prank(aggregator);
        expectError(
            abi.encodeWithSelector(
                IAIModelTrainingV2.JobNotOpen.selector, jobId, IAIModelTrainingV2.JobStatus.Completed
            )
        );
        escrow.rejectAdapter(jobId, alice, REASON, false);
    }

    function test_when_anybody_but_the_aggregator_calls_it_reverts(address caller) external {
        vm.assume(caller != aggregator);
        uint256 jobId = createDeliveredJob();
        vm.prank(caller);
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.NotAggregator.selector, jobId, caller));
        escrow.rejectAdapter(jobId, alice, REASON, false);
    }

    function test_given_nothing_submitted_it_reverts() external {
        uint256 jobId = createJob();
        accept(jobId, alice);
        vm.prank(aggregator);
        expectError(
            abi.encodeWithSelector(
                IAIModelTrainingV2.SlotNotSubmitted.selector,
                jobId,
                alice,
                IAIModelTrainingV2.SlotStatus.Accepted
            )
        );
        escrow.rejectAdapter(jobId, alice, REASON, false);
    }

    function test_when_the_reason_is_empty_it_reverts() external {
        uint256 jobId = createDeliveredJob();
        vm.prank(aggregator);
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.CidLengthOutOfRange.selector, 0, 128));
        escrow.rejectAdapter(jobId, alice, "", false);
    }

    function test_given_the_last_reviews_end_it_reverts() external {
        uint256 jobId = createDeliveredJob();
        uint256 rejectBy = START + 1 days + 1 hours + 2 hours;
        vm.warp(rejectBy);
        vm.prank(aggregator);
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.RejectionClosed.selector, jobId, rejectBy));
        escrow.rejectAdapter(jobId, alice, REASON, false);
        vm.warp(rejectBy - 1);
        reject(jobId, alice);
        assertSlot(jobId, alice, IAIModelTrainingV2.SlotStatus.Rejected);
    }

    function test_given_a_contested_or_reinstated_delivery_it_reverts() external {
        uint256 jobId = createContestedJob(true);
        refuseAgain(jobId, IAIModelTrainingV2.SlotStatus.RejectionPending);
        appeal(jobId, alice);
        refuseAgain(jobId, IAIModelTrainingV2.SlotStatus.RejectionAppealed);
        rule(jobId, alice, true);
        refuseAgain(jobId, IAIModelTrainingV2.SlotStatus.Reinstated);
    }

    function refuseAgain(uint256 jobId, IAIModelTrainingV2.SlotStatus status) private {
        vm.prank(aggregator);
        expectError(
            abi.encodeWithSelector(IAIModelTrainingV2.SlotNotSubmitted.selector, jobId, alice, status)
        );
        escrow.rejectAdapter(jobId, alice, REASON, true);
    }

    function test_without_a_referee_it_takes_effect_at_once_and_burns_nothing(bool provable) external {
        uint256 jobId = createJob();
        uint256 before = alice.balance;
        deliver(jobId, alice);
        deliver(jobId, bob);
        vm.expectEmit(address(escrow));
        emit IAIModelTrainingV2.AdapterRejected(jobId, alice, REASON, provable, uint40(START));
        vm.expectEmit(address(escrow));
        emit IAIModelTrainingV2.RejectionEnforced(jobId, alice, 0, 0);
        reject(jobId, alice, provable);
        assertSlot(jobId, alice, IAIModelTrainingV2.SlotStatus.Rejected);
        assertEq(alice.balance, before, "the bond is back");
        assertEq(BURNT.balance, 0, "nothing is burned");
        assertEq(escrow.getJob(jobId).takenSlots, 2, "slot 1 only");

        deliver(jobId, carol);
        complete(jobId, list(bob, carol));
        assertEq(alice.balance, before, "unpaid");
    }

    function test_with_a_referee_the_slot_stays_taken_for_a_day(bool provable) external {
        uint256 jobId = createJob(refereedTerms());
        deliver(jobId, alice);
        vm.expectEmit(address(escrow));
        emit IAIModelTrainingV2.AdapterRejected(jobId, alice, REASON, provable, uint40(START + 1 days));
        reject(jobId, alice, provable);
        IAIModelTrainingV2.Slot memory slot = escrow.getSlot(jobId, alice);
        assertSlot(jobId, alice, IAIModelTrainingV2.SlotStatus.RejectionPending);
        assertTrue(slot.provable == provable, "provable");
        assertEq(slot.timestamp, START + 1 days, "appeal by");
        assertEq(escrow.getJob(jobId).takenSlots, 1, "still taken");
        assertEq(address(escrow).balance, STAKE + BOND, "still held");
    }

    function test_a_wallet_that_cannot_receive_its_bond_is_owed_it_and_stops_nobody() external {
        RevertingWallet wallet = new RevertingWallet();
        vm.deal(address(wallet), 1 ether);
        uint256 jobId = createJob();
        deliver(jobId, address(wallet));
        reject(jobId, address(wallet));
        assertEq(escrow.withdrawableWei(address(wallet)), BOND, "owed");
        assertSlot(jobId, address(wallet), IAIModelTrainingV2.SlotStatus.Rejected);
    }

    function test_a_rejected_delivery_does_not_count_towards_the_minimum() external {
        uint256 jobId = createDeliveredJob();
        reject(jobId, alice);
        vm.prank(aggregator);
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.TooFewSubmissions.selector, jobId, 1, 2));
        escrow.completeJob(jobId, RESULT, list(bob));
    }
}
